import { describe, expect, it } from 'vitest';
import {
  firstDerivedId,
  type QueryResult,
  type RangeQuery,
  type SeriesPoints,
} from '../../../core/contract/query.ts';
import type { SeriesId } from '../../../core/id.ts';
import { withKnownBreaks } from '../../../src-renderer/live/known-breaks.ts';
import { allSeries } from '../../support/invented-network.ts';

const plain = allSeries.find(({ unit }) => unit === 'By')!;
const byDevice: RangeQuery = {
  selectors: [{ path: plain.metric }],
  function: 'rate',
  groupBy: { by: 'device' },
};

/** Buckets of 10 s, of which two are missing while the connection was lost. */
function answer(more: Partial<SeriesPoints> = {}, gap = { fromMs: 19_600, toMs: 43_000 }) {
  const line: SeriesPoints = {
    series: { ...plain, id: firstDerivedId as SeriesId },
    timesMs: [0, 10_000, 40_000, 50_000],
    values: [1, 2, 3, 4],
    group: { label: plain.device },
    members: 14,
    ...more,
  };
  const result: QueryResult = {
    series: [line],
    seriesTotal: 1,
    fromMs: 0,
    toMs: 60_000,
    asOfMs: 60_000,
    bucketMs: 10_000,
    gaps: [{ deviceId: plain.deviceId, reason: 'connection-lost', ...gap }],
  };
  return result;
}

const valuesOf = (query: RangeQuery, result: QueryResult) =>
  withKnownBreaks(query, result).series[0]!.values;

describe('lines of buckets at known outages', () => {
  it('break, however short the outage', () => {
    const [line] = withKnownBreaks(byDevice, answer()).series;
    expect(line!.values).toEqual([1, 2, null, 3, 4]);
    expect(line!.timesMs[2]).toBe(30_000);
  });

  it('end with an outage that goes on', () => {
    const away = answer({}, { fromMs: 41_000, toMs: 75_000 });
    const { timesMs, values } = away.series[0]!;
    const short = { timesMs: timesMs.slice(0, 2), values: values.slice(0, 2) };
    const [line] = withKnownBreaks(byDevice, {
      ...answer(short, { fromMs: 19_600, toMs: 60_000 }),
      asOfMs: 60_000,
    }).series;
    expect(line!.values).toEqual([1, 2, null]);
    expect(line!.timesMs.at(-1)).toBe(20_000);
    expect(valuesOf(byDevice, { ...away, asOfMs: 75_000, toMs: 75_000 })).toEqual([
      1,
      2,
      3,
      4,
      null,
    ]);
    expect(valuesOf(byDevice, answer(short, { fromMs: 19_600, toMs: 43_000 }))).toEqual([1, 2]);
  });

  it.each<[string, RangeQuery, QueryResult]>([
    ['the outage was another time', byDevice, answer({}, { fromMs: 50_000, toMs: 59_000 })],
    ['every bucket has a number', byDevice, answer({ timesMs: [10_000, 20_000, 30_000, 40_000] })],
    ['the group is of several devices', byDevice, answer({ group: { label: 'fra-1' } })],
    ['it is the rest', byDevice, answer({ group: undefined, other: true })],
    ['it is to be filled', { ...byDevice, fill: 'previous' }, answer()],
    ['periods were asked for', { ...byDevice, buckets: { by: 'day' } }, answer()],
    [
      'it is of samples',
      { selectors: byDevice.selectors, function: 'rate' },
      answer({ group: undefined }),
    ],
  ])('stay whole where %s', (_, query, result) => {
    expect(valuesOf(query, result)).toEqual([1, 2, 3, 4]);
  });
});
