import { describe, expect, it } from 'vitest';
import { LiveSeries } from '../../../src-renderer/live/live-series.ts';
import { courseOf, currentValue } from '../../../src-renderer/panels/stat/reduce-series.ts';
import { rank } from '../../../src-renderer/panels/top-n/ranking.ts';
import { allSeries } from '../../support/invented-network.ts';

const query = { selectors: [{ path: '/interfaces' }] };
const cpus = allSeries.filter(({ unit }) => unit === '%');
const traffic = allSeries.filter(({ unit }) => unit === 'By');

function seriesOf(info: (typeof allSeries)[number], values: (number | null)[]): LiveSeries {
  return LiveSeries.of(
    { series: info, timesMs: values.map((_, at) => (at + 1) * 1_000), values },
    0,
  );
}

describe('a stat', () => {
  const series = [
    seriesOf(cpus[0]!, [1, 10]),
    seriesOf(cpus[1]!, [3, 30]),
    seriesOf(cpus[2]!, [5, null]),
  ];

  it.each([
    ['sum', 40],
    ['mean', 20],
    ['max', 30],
    ['count', 2],
  ] as const)('%s of the newest values is %d', (reduce, value) => {
    expect(currentValue(series, { reduce, shown: 'value' })).toBe(value);
  });

  it('has no value where there is none', () => {
    expect(currentValue([], { reduce: 'sum', shown: 'value' })).toBeNull();
  });

  it('does not draw a sum that lacks series', () => {
    const rows = courseOf(series, {
      reduce: 'sum',
      shown: 'value',
      fromMs: 0,
      toMs: 3_000,
      bucketMs: 0,
      heard: [],
    });
    const at = (ms: number) => rows.findLast(({ time }) => time <= ms)?.value;
    expect(at(1_500)).toBe(9);
    expect(at(2_900)).toBeNull();
  });
});

const heard = (lines: readonly LiveSeries[]) => ({ lines, earlier: [] });

describe('a ranking', () => {
  it('orders by the newest value and measures against the greatest', () => {
    const rows = rank(
      heard([seriesOf(traffic[0]!, [1]), seriesOf(traffic[1]!, [4]), seriesOf(traffic[2]!, [2])]),
      {
        shown: 'rate',
        query,
      },
    );
    expect(rows.map(({ value, share }) => [value, share])).toEqual([
      [32, 1],
      [16, 0.5],
      [8, 0.25],
    ]);
  });

  it('measures percentages against the whole', () => {
    expect(
      rank(heard([seriesOf(cpus[0]!, [40])]), {
        shown: 'value',
        query,
      })[0]?.share,
    ).toBe(0.4);
  });
});
