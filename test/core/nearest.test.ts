import { expect, test } from 'vitest';
import { editSteps, nearest } from '../../core/nearest.ts';

const settings = ['NOCTURNE_FEED_PORT', 'NOCTURNE_FEED_HOST', 'NOCTURNE_SITE'];

test.each([
  ['NOCTURNE_FEED_PROT', 'NOCTURNE_FEED_PORT'],
  ['nocturne_feed_port', 'NOCTURNE_FEED_PORT'],
  ['NOCTURNE_SIT', 'NOCTURNE_SITE'],
  ['NOCTURNE_S', 'NOCTURNE_SITE'],
  ['NOCTURNE_F', null],
  ['SOMETHING_ELSE', null],
  ['', null],
])('%s was probably meant to be %s', (word, meant) => {
  expect(nearest(word, settings)).toBe(meant);
});

test.each([
  ['', '', 0],
  ['', 'abc', 3],
  ['abc', 'abd', 1],
  ['abc', 'acb', 1],
  ['raw', 'rawDays', 4],
  ['kitten', 'sitting', 3],
])('from %s to %s there are %i steps', (from, to, steps) => {
  expect(editSteps(from, to)).toBe(steps);
  expect(editSteps(to, from)).toBe(steps);
});
