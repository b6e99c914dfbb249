import { compile } from 'vega-lite';
import { describe, expect, it } from 'vitest';
import { LiveSeries } from '../../../src-renderer/live/live-series.ts';
import {
  nearestPoint,
  readingsAt,
} from '../../../src-renderer/panels/time-series/cursor-readings.ts';
import {
  allPicked,
  isShown,
  pick,
} from '../../../src-renderer/panels/time-series/legend-choice.ts';
import { stackedRows } from '../../../src-renderer/panels/time-series/stacked-rows.ts';
import {
  timeSeriesSpec,
  type TimeSeriesLook,
} from '../../../src-renderer/panels/time-series/time-series-spec.ts';
import { styleSeries } from '../../../src-renderer/panels/series-style.ts';
import { allSeries } from '../../support/invented-network.ts';

const traffic = allSeries.filter(
  ({ device, metric }) => device === 'leaf-01' && metric.endsWith('-octets'),
);
const styles = styleSeries(
  traffic.map((info) => ({ info, marks: {} })),
  {
    label: 'keys',
    shown: 'rate',
    mirrorOut: true,
    colors: ['#111111', '#222222'],
    neutral: '#999999',
  },
);

function seriesOf(at: number, points: [number, number | null][]): LiveSeries {
  return LiveSeries.of(
    {
      series: traffic[at]!,
      timesMs: points.map(([time]) => time),
      values: points.map(([, value]) => value),
    },
    0,
  );
}

describe('series styles', () => {
  it('show octets as bits, out below zero', () => {
    const inbound = traffic.find(({ metric }) => metric.endsWith('in-octets'))!;
    const outbound = traffic.find(({ metric }) => metric.endsWith('out-octets'))!;
    expect(styles.get(inbound.id)?.place(100)).toBe(800);
    expect(styles.get(outbound.id)?.place(100)).toBe(-800);
  });

  it('turn to dashes when colours run out', () => {
    const looks = [...styles.values()].map(({ color, dash }) => `${color} ${dash.join()}`);
    expect(new Set(looks).size).toBe(looks.length);
  });
});

describe('the cursor', () => {
  it('finds the nearest point, and none out of reach', () => {
    const series = seriesOf(0, [
      [100, 1],
      [200, 2],
      [300, null],
    ]);
    expect(nearestPoint(series, { timeMs: 149, reachMs: 1_000 })?.timeMs).toBe(100);
    expect(nearestPoint(series, { timeMs: 151, reachMs: 1_000 })?.timeMs).toBe(200);
    expect(nearestPoint(series, { timeMs: 290, reachMs: 1_000 })).toEqual({
      timeMs: 300,
      value: null,
    });
    expect(nearestPoint(series, { timeMs: 900, reachMs: 100 })).toBeNull();
    expect(nearestPoint(seriesOf(0, []), { timeMs: 900, reachMs: 100 })).toBeNull();
  });

  it('finds nothing in a gap, up to where the line goes on', () => {
    const series = seriesOf(0, [
      [100, 1],
      [150, null],
      [200, 2],
    ]);
    const found = (timeMs: number) => nearestPoint(series, { timeMs, reachMs: 1_000 })?.value;
    expect([110, 130, 160, 199, 200].map(found)).toEqual([1, null, null, null, 2]);
  });

  it('finds the period that a moment is in', () => {
    const series = seriesOf(0, [
      [100, 1],
      [200, 2],
    ]);
    const found = (timeMs: number) =>
      nearestPoint(series, { timeMs, reachMs: 100, holds: true })?.timeMs;
    expect([99, 100, 199, 200, 300, 301].map(found)).toEqual([
      undefined,
      100,
      100,
      200,
      200,
      undefined,
    ]);
  });

  it('reads all series, greatest first, gaps last, without the sign of mirroring', () => {
    const all = traffic.map((_, at) => seriesOf(at, [[100, at === 2 ? null : at + 1]]));
    const values = readingsAt(all, styles, { timeMs: 100, reachMs: 50 }).map(({ value }) => value);
    expect(values).toEqual([32, 16, 8, null]);
  });
});

describe('stacking', () => {
  it('lays series of different times on one grid and holds no value for ever', () => {
    const series = [
      seriesOf(0, [
        [0, 1],
        [10_000, 1],
      ]),
      seriesOf(2, [
        [4_000, 2],
        [14_000, 2],
      ]),
    ];
    const rows = stackedRows(series, styles, { fromMs: 0, toMs: 160_000 });
    const times = (id: number) =>
      new Set(rows.filter((row) => row.series === id).map(({ time }) => time));
    const [left, right] = [times(traffic[0]!.id), times(traffic[2]!.id)];
    expect([...right].every((time) => left.has(time) || time > 40_000)).toBe(true);
    expect(Math.max(...left)).toBeLessThan(45_000);
  });

  it('take no room in an outage, from its begin to its end', () => {
    const every = (fromMs: number, toMs: number) =>
      Array.from({ length: (toMs - fromMs) / 1_000 }, (_, at) => fromMs + at * 1_000);
    const points = [...every(0, 50_000), ...every(120_000, 160_000)].map(
      (time): [number, number | null] => [time, 7],
    );
    points.splice(50, 0, [85_000, null]);
    const rows = stackedRows([seriesOf(0, points)], styles, { fromMs: 0, toMs: 160_000 });
    const between = rows.filter(({ time }) => time > 60_000 && time < 119_000);
    expect(between.length).toBeGreaterThan(50);
    expect(new Set(between.map(({ value }) => value))).toEqual(new Set([0]));
    expect(rows.find(({ time }) => time === 121_000)?.value).not.toBe(0);
  });
});

describe('the legend', () => {
  it('isolates by click, adds by shift, and gives all back', () => {
    const one = pick(allPicked, 1, false);
    expect([isShown(one, 1), isShown(one, 2)]).toEqual([true, false]);
    expect([...pick(one, 2, true)]).toEqual([1, 2]);
    expect(pick(one, 1, false).size).toBe(0);
    expect(isShown(allPicked, 5)).toBe(true);
  });
});

describe('the specification', () => {
  const specOf = (mark: TimeSeriesLook['mark'], periods: boolean) =>
    timeSeriesSpec({
      mark,
      periods,
      threshold: 5,
      mirrorOut: true,
      compares: true,
      unit: 'By',
      shown: 'rate',
      zone: 'utc',
      palette: {
        text: '#000000',
        muted: '#000000',
        grid: '#000000',
        surface: '#ffffff',
        accent: '#000000',
        threshold: '#000000',
        series: ['#000000'],
        font: 'sans-serif',
      },
      size: { width: 300, height: 100 },
      range: { fromMs: 0, toMs: 900_000 },
    });

  it.each(['line', 'area', 'stacked', 'steps'] as const)('of %s compiles', (mark) => {
    const signals = compile(specOf(mark, false)).spec.signals?.map(({ name }) => name);
    expect(signals).toEqual(expect.arrayContaining(['fromMs', 'toMs']));
  });

  it.each(['line', 'area', 'stacked', 'steps'] as const)(
    'of %s is level over whole periods, and over earlier ones',
    (mark) => {
      const marks = JSON.stringify(compile(specOf(mark, true)).spec.marks);
      const drawn = marks.match(/"type":"(line|area)"/g)!.length;
      expect(marks.match(/"interpolate":\{"value":"step-after"\}/g)).toHaveLength(drawn);
    },
  );
});
