import { describe, expect, it } from 'vitest';
import {
  firstDerivedId,
  type QueryResult,
  type RangeQuery,
  type SeriesPoints,
} from '../../../core/contract/query.ts';
import type { SeriesId } from '../../../core/id.ts';
import { LiveWindow } from '../../../src-renderer/live/live-window.ts';
import { withWholeBuckets } from '../../../src-renderer/live/whole-buckets.ts';
import { allSeries } from '../../support/invented-network.ts';

const plain = allSeries.find(({ unit }) => unit === 'By')!;

function lineOf(id: number, more: Partial<SeriesPoints>): SeriesPoints {
  const timesMs = [0, 10_000, 20_000, 30_000];
  return {
    series: { ...plain, id: (firstDerivedId + id) as SeriesId },
    timesMs,
    values: timesMs.map((timeMs) => timeMs + id),
    shownAs: 'rate',
    ...more,
  };
}

function resultOf(series: SeriesPoints[], more: Partial<QueryResult> = {}): QueryResult {
  const range = { fromMs: 5_000, toMs: 42_000, asOfMs: 42_000 };
  return { series, seriesTotal: 9, bucketMs: 10_000, ...range, ...more };
}

const groups = (...labels: (string | null)[]) =>
  labels.map((label, at) => lineOf(at, { group: { label }, members: 2 }));

describe('lines that are no series', () => {
  const window = () => new LiveWindow({ closed: true, maxSeries: 10, polled: true });
  const labelled = ({ series }: LiveWindow) =>
    new Map(Array.from(series.values(), ({ info, marks }) => [marks.group?.label, info.id]));

  it('keep their ids when the next answer counts them otherwise', () => {
    const one = window();
    one.merge(resultOf(groups('fra-1', 'fra-2', null)));
    const before = labelled(one);
    one.merge(resultOf(groups(null, 'fra-2', 'ber-1', 'fra-1')));
    const after = labelled(one);
    for (const label of ['fra-1', 'fra-2', null]) expect(after.get(label)).toBe(before.get(label));
    expect(new Set(after.values()).size).toBe(4);
  });

  it('stay with their earlier periods', () => {
    const one = window();
    const answer = (labels: string[]) => {
      const now = groups(...labels);
      const then = now.map(({ series }, at) =>
        lineOf(1_000 + at, { earlier: { offsetMs: 1, seriesId: series.id } }),
      );
      return resultOf([...now, ...then]);
    };
    const pairs = () => {
      const all = [...one.series.values()];
      return all.flatMap(({ info, marks }) => {
        const base = all.find((line) => line.info.id === marks.earlier?.seriesId);
        return base === undefined ? [] : [`${base.marks.group?.label} ${info.id}`];
      });
    };
    one.merge(answer(['a', 'b']));
    const before = pairs();
    one.merge(answer(['b', 'a']));
    expect(before).toHaveLength(2);
    expect(pairs().toSorted()).toEqual(before.toSorted());
  });

  it('take no point over from an answer before', () => {
    const one = window();
    one.merge(resultOf([lineOf(0, { group: { label: 'a' } })]));
    one.merge(resultOf([lineOf(0, { group: { label: 'a' }, timesMs: [20_000], values: [7] })]));
    expect([...one.series.values()].map(({ newest }) => newest?.timeMs)).toEqual([20_000]);
  });
});

describe('buckets that are not whole', () => {
  const query = (name: RangeQuery['function']): RangeQuery => ({
    selectors: [{ path: '/interfaces' }],
    function: name,
  });
  const timesOf = (name: RangeQuery['function'], line: SeriesPoints, more = {}) =>
    withWholeBuckets(query(name), resultOf([line], more)).series[0]!.timesMs;

  it('are left out of increases at both ends', () => {
    expect(timesOf('increase', lineOf(0, { shownAs: 'increase' }))).toEqual([10_000, 20_000]);
  });

  it('are left out of groups while devices may not have been heard', () => {
    expect(timesOf('rate', lineOf(0, { group: { label: 'a' } }))).toEqual([10_000, 20_000]);
  });

  it('count once they are stored for sure', () => {
    const later = { toMs: 42_000, asOfMs: 60_000 };
    const group = { group: { label: 'a' } };
    expect(timesOf('rate', lineOf(0, group), later)).toEqual([10_000, 20_000, 30_000]);
  });

  it('of a group need the time in which each of its devices is heard', () => {
    const line = lineOf(0, { group: { label: 'a' }, timesMs: [0, 600_000], values: [9, 2] });
    const at = (asOfMs: number) => ({ bucketMs: 600_000, fromMs: 0, toMs: asOfMs, asOfMs });
    expect(timesOf('rate', line, at(700_000))).toEqual([0]);
    expect(timesOf('rate', line, at(970_000))).toEqual([0, 600_000]);
  });

  it('are left out of sums of gauges, which grow as well', () => {
    const wide = { bucketMs: 600_000, fromMs: 0, toMs: 700_000, asOfMs: 700_000 };
    const line = lineOf(0, { timesMs: [0, 600_000], values: [9, 2] });
    expect(timesOf('sum', line, wide)).toEqual([0]);
  });

  it('may be means of a wide bucket that has been heard long enough', () => {
    const wide = { bucketMs: 3_600_000, toMs: 3_640_000, asOfMs: 3_640_000, fromMs: 0 };
    const line = lineOf(0, { timesMs: [0, 3_600_000], values: [1, 2] });
    expect(timesOf('avg', line, wide)).toEqual([0, 3_600_000]);
    expect(timesOf('count', { ...line, shownAs: 'count' }, wide)).toEqual([0]);
  });

  it('stand where the period was asked for by name, even if it began before the range', () => {
    const days: RangeQuery = { ...query('increase'), buckets: { by: 'day' } };
    const line = lineOf(0, { shownAs: 'increase', timesMs: [0], values: [7] });
    const result = withWholeBuckets(days, resultOf([line], { bucketMs: 86_400_000 }));
    const window = new LiveWindow({ closed: false, maxSeries: 10, polled: true });
    window.merge(result);
    window.trim(5_000);
    expect([...window.series.values()].map(({ timesMs }) => timesMs)).toEqual([[0]]);
  });

  it('do not exist among single samples', () => {
    expect(timesOf('rate', lineOf(0, {}))).toHaveLength(4);
  });
});
