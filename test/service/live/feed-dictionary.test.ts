import { expect, test } from 'vitest';
import type { FeedHeader } from '../../../core/telemetry/feed-frame.ts';
import type { SeriesDefinition } from '../../../core/telemetry/series.ts';
import { FeedDictionary } from '../../../service/live/feed-dictionary.ts';
import { leafOne } from '../../support/collection.ts';
import { type BatchParts, sampleBatch, seriesDefinition } from '../../support/sample-batch.ts';

const topic = 's.1';
const octets = seriesDefinition(0, leafOne, '/a');
const packets = seriesDefinition(0, leafOne, '/b');

function header(rest: Partial<FeedHeader> = {}): FeedHeader {
  return {
    v: 1,
    cluster: 'test',
    publisher: 'col-1/0',
    incarnation: 5,
    sequence: 1,
    codec: 'columns-1',
    sentAtMs: 0,
    ...rest,
  };
}

function dictionaryOf(...introduced: [Partial<FeedHeader>, readonly SeriesDefinition[]][]) {
  const dictionary = new FeedDictionary();
  const learn = (from: Partial<FeedHeader>, parts: BatchParts) =>
    dictionary.learn(topic, header(from), sampleBatch(parts));
  for (const [from, introduces] of introduced) learn(from, { introduces });
  const find = (ref: number, from: Partial<FeedHeader> = {}, on = topic) =>
    dictionary.seriesOf(on, header(from))(ref);
  return { dictionary, learn, find };
}

test('a ref means what its publisher said in this incarnation, on this topic', () => {
  const { find } = dictionaryOf([{}, [octets]], [{ publisher: 'col-1/1' }, [packets]]);
  expect(find(0)).toEqual(octets);
  expect(find(0, { publisher: 'col-1/1' })).toEqual(packets);
  expect(find(1)).toBeUndefined();
  expect(find(0, { incarnation: 4 })).toBeUndefined();
  expect(find(0, { publisher: 'col-2/0' })).toBeUndefined();
  expect(find(0, {}, 's.2')).toBeUndefined();
});

test.each([6, 4])('a start under incarnation %i after 5 has refs of its own', (incarnation) => {
  const { find, learn } = dictionaryOf([{}, [octets]], [{ incarnation }, [packets]]);
  // A late word of the one before.
  learn({}, { introduces: [octets] });
  expect(find(0, { incarnation })).toEqual(packets);
  expect(find(0)).toEqual(octets);
});

test('a snapshot replaces all but what was introduced after it', () => {
  const later = seriesDefinition(2, leafOne, '/c');
  const { dictionary, find } = dictionaryOf(
    [{ sequence: 3 }, [octets, seriesDefinition(1, leafOne, '/gone')]],
    [{ sequence: 8 }, [later]],
  );
  const { publisher, incarnation } = header();
  dictionary.replace({ topic, publisher, incarnation, sequence: 7, series: [packets] });
  expect([find(0), find(1), find(2)]).toEqual([packets, undefined, later]);
});

test('series that ended long ago are forgotten, those that live are not', () => {
  const { learn, find } = dictionaryOf();
  const churn = 20_000;
  for (let ref = 0; ref < churn; ref += 1) {
    learn(
      { sequence: ref + 1 },
      {
        introduces: [seriesDefinition(ref, leafOne, `/process[pid=${ref}]`)],
        numbers: [{ ref: 0, timeUs: ref, value: 1 }],
        // The first one ends too, and comes back each time.
        ends: [
          { ref: 0, timeUs: ref },
          { ref: ref - 1, timeUs: ref },
        ].slice(ref === 0 ? 2 : 0),
      },
    );
  }
  const known = Array.from({ length: churn }, (_, ref) => ref).filter(
    (ref) => find(ref) !== undefined,
  );
  expect(known.length).toBeLessThan(1_100);
  expect([known[0], known.at(-1)]).toEqual([0, churn - 1]);
});

test('an end that is taken back was none', () => {
  const { learn, find } = dictionaryOf([{}, [octets]]);
  learn(
    {},
    {
      ends: [
        { ref: 0, timeUs: 1 },
        { ref: 0, timeUs: 1, withdrawn: true },
      ],
    },
  );
  const ends = Array.from({ length: 5_000 }, (_, at) => ({ ref: at + 1, timeUs: 2 }));
  learn({}, { ends });
  expect(find(0)).toEqual(octets);
});

test('of publishers that come and go the last ones are known', () => {
  const { learn, find } = dictionaryOf();
  const incarnations = Array.from({ length: 100 }, (_, at) => at);
  for (const incarnation of incarnations) learn({ incarnation }, { introduces: [octets] });
  const known = [99, 98, 97, 50].map((incarnation) => find(0, { incarnation }) !== undefined);
  expect(known).toEqual([true, true, true, false]);
});

test('topics that nobody listens to are forgotten', () => {
  const { dictionary, find } = dictionaryOf([{}, [octets]]);
  dictionary.forget((one) => one === 's.2');
  expect(find(0)).toEqual(octets);
  dictionary.forget((one) => one === topic);
  expect(find(0)).toBeUndefined();
});
