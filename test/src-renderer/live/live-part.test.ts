import { describe, expect, it } from 'vitest';
import type { RangeQuery } from '../../../core/contract/query.ts';
import { livePartOf, pollEveryMs } from '../../../src-renderer/live/live-part.ts';

const selectors = [{ path: '/interfaces' }];

describe('the live part of a question', () => {
  it.each<RangeQuery>([
    { selectors, function: 'value' },
    { selectors, function: 'rate', top: 5 },
  ])('is the question itself for %j', (query) => {
    expect(livePartOf(query)).toEqual(query);
  });

  it('does not carry what is switched off', () => {
    expect(livePartOf({ selectors, function: 'rate', other: false, fill: undefined })).toEqual({
      selectors,
      function: 'rate',
    });
  });

  it.each<Partial<RangeQuery>>([
    { function: 'avg' },
    { function: 'last' },
    { groupBy: { by: 'device' } },
    { top: 3, other: true },
    { offsetMs: 60_000 },
    { fill: 'zero' },
    { buckets: { by: 'day' } },
  ])('is none with %j', (more) => {
    expect(livePartOf({ selectors, function: 'rate', ...more })).toBeNull();
  });
});

describe('asking again', () => {
  it.each([
    { range: '15 min', rangeMs: 900_000, widthPx: 600, everyMs: 10_000 },
    { range: '6 h', rangeMs: 6 * 3_600_000, widthPx: 720, everyMs: 30_000 },
    { range: '6 h, narrow', rangeMs: 6 * 3_600_000, widthPx: 360, everyMs: 60_000 },
    { range: '7 d', rangeMs: 7 * 86_400_000, widthPx: 600, everyMs: 300_000 },
  ])('happens as often as there is something new to see in $range', ({ everyMs, ...view }) => {
    expect(pollEveryMs(view)).toBe(everyMs);
  });
});
