import { expect, test } from 'vitest';
import { FeedDictionary } from '../../../service/live/feed-dictionary.ts';
import { leafOne } from '../../support/collection.ts';
import { seriesDefinition } from '../../support/sample-batch.ts';

const octets = seriesDefinition(0, leafOne, '/a');
const packets = seriesDefinition(0, leafOne, '/b');

test('a ref means what its publisher said in this incarnation', () => {
  const dictionary = new FeedDictionary();
  dictionary.learn('col-1/0', 5, [octets]);
  dictionary.learn('col-1/1', 5, [packets]);
  expect(dictionary.find('col-1/0', 5, 0)).toEqual(octets);
  expect(dictionary.find('col-1/1', 5, 0)).toEqual(packets);
  expect(dictionary.find('col-1/0', 5, 1)).toBeUndefined();
  expect(dictionary.find('col-1/0', 4, 0)).toBeUndefined();
  expect(dictionary.find('col-2/0', 5, 0)).toBeUndefined();
});

test('a new incarnation forgets the old one’s refs, and a late word of the old one changes nothing', () => {
  const dictionary = new FeedDictionary();
  dictionary.learn('col-1/0', 5, [octets]);
  dictionary.learn('col-1/0', 6, [packets]);
  dictionary.learn('col-1/0', 5, [octets]);
  expect(dictionary.find('col-1/0', 6, 0)).toEqual(packets);
  expect(dictionary.find('col-1/0', 5, 0)).toBeUndefined();
});
