import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { QueryResult, SeriesInfo } from '../../../core/contract/query.ts';
import { LiveWindow } from '../../../src-renderer/live/live-window.ts';
import { allSeries } from '../../support/invented-network.ts';

const [first, second] = allSeries as [SeriesInfo, SeriesInfo, ...SeriesInfo[]];

function resultOf(timesMs: number[], bucketMs = 0, info = first): QueryResult {
  return {
    series: [{ series: info, timesMs, values: timesMs.map((time) => time * 2) }],
    seriesTotal: 1,
    fromMs: 0,
    toMs: 1_000_000,
    bucketMs,
    asOfMs: timesMs.at(-1) ?? 0,
  };
}

const arrivedMs = 5_000;

function openWindow(result: QueryResult, closed = false): LiveWindow {
  const window = new LiveWindow({ closed, maxSeries: 10 });
  window.merge(result);
  window.apply({ kind: 'series', series: [first, second] }, arrivedMs);
  return window;
}

function frame(timesMs: number[], value: (time: number) => number | null = (time) => time * 2) {
  return {
    kind: 'points' as const,
    series: timesMs.map(() => 0),
    timesMs,
    values: timesMs.map(value),
  };
}

describe('a live window', () => {
  it('knows when a series said something new, of answers no later than it is sure', () => {
    const window = openWindow(resultOf([10, 20]));
    expect(window.heardAtMs.size).toBe(0);
    window.apply(frame([20]), 4_000);
    expect(window.heardAtMs.size).toBe(0);
    window.apply(frame([30]), 4_000);
    expect(window.heardAtMs.get(first.id)).toBe(4_000);

    const polled = new LiveWindow({ closed: false, maxSeries: 10, polled: true });
    polled.merge({ ...resultOf([10, 20]), asOfMs: 1_000 });
    polled.merge({ ...resultOf([10, 20]), asOfMs: 2_000 });
    expect(polled.heardAtMs.size).toBe(0);
    polled.merge({ ...resultOf([10, 20, 30]), asOfMs: 3_000 });
    expect(polled.heardAtMs.get(first.id)).toBe(2_000);
    // Buckets of another width begin elsewhere: that is nothing new.
    polled.merge({ ...resultOf([10, 20, 33]), bucketMs: 11, asOfMs: 4_000 });
    expect(polled.heardAtMs.get(first.id)).toBe(2_000);
  });

  it('carries the answer on with points from the stream', () => {
    const window = openWindow(resultOf([10, 20]));
    window.apply(frame([30]), arrivedMs);
    expect(window.series.get(first.id)?.timesMs).toEqual([10, 20, 30]);
    expect(window.newestMs).toBe(30);
  });

  it('passes over points it has already', () => {
    const window = openWindow(resultOf([10, 20]));
    expect(window.apply(frame([15, 20]), arrivedMs).points).toEqual([]);
    expect(window.series.get(first.id)?.timesMs).toEqual([10, 20]);
  });

  it('draws the mean of a bucket once the next one begins', () => {
    const window = openWindow(resultOf([50], 100));
    expect(window.apply(frame([110, 150]), arrivedMs).points).toEqual([]);
    expect(window.apply(frame([210]), arrivedMs).points).toEqual([
      { seriesId: first.id, timeMs: 150, value: 260 },
    ]);
    expect(window.series.get(first.id)?.newest).toEqual({ timeMs: 210, value: 420 });
  });

  it('breaks the line where a gap arrives, after what was still open', () => {
    const window = openWindow(resultOf([50], 100));
    window.apply(frame([110]), arrivedMs);
    expect(
      window
        .apply(
          frame([120], () => null),
          arrivedMs,
        )
        .points.map(({ value }) => value),
    ).toEqual([220, null]);
  });

  it.each([0, 100])('breaks the line after a long silence, in buckets of %d ms', (bucketMs) => {
    const window = openWindow(resultOf([50], bucketMs));
    const regular = Array.from({ length: 10 }, (_, at) => 110 + at * 100);
    window.apply(frame(regular), arrivedMs);
    expect(
      window.apply(frame([1_110, 1_400]), arrivedMs).points.some(({ value }) => value === null),
    ).toBe(false);
    const { points } = window.apply(frame([3_400]), arrivedMs);
    expect(points.find(({ value }) => value === null)).toEqual({
      seriesId: first.id,
      timeMs: 2_400,
      value: null,
    });
    expect(window.series.get(first.id)?.newest).toEqual({ timeMs: 3_400, value: 6_800 });
  });

  it('takes up series that appear, unless it is closed', () => {
    const points = { kind: 'points' as const, series: [1], timesMs: [30], values: [1] };
    const open = openWindow(resultOf([10]));
    expect(open.apply(points, arrivedMs).newSeries).toBe(true);
    const closed = openWindow(resultOf([10]), true);
    expect(closed.apply(points, arrivedMs)).toMatchObject({ newSeries: false, points: [] });
    expect(closed.series.size).toBe(1);
  });

  it('counts series from zero again when the stream is opened again', () => {
    const window = openWindow(resultOf([10]));
    window.streamOpened();
    expect(window.apply(frame([30]), arrivedMs).points).toEqual([]);
    window.apply({ kind: 'series', series: [first] }, arrivedMs);
    expect(window.apply(frame([40]), arrivedMs).points).toHaveLength(1);
  });

  it('keeps one point before its range, where the line comes from', () => {
    const window = openWindow(resultOf([10, 20, 30, 40]));
    window.trim(35);
    expect(window.series.get(first.id)?.timesMs).toEqual([30, 40]);
  });

  it('tells of lost frames', () => {
    expect(
      openWindow(resultOf([10])).apply({ kind: 'gap', lostFrames: 3 }, arrivedMs).lostFrames,
    ).toBe(3);
  });

  it('stays in order, without doubles, and up to date, however answers and points interleave', () => {
    const event = fc.oneof(
      fc.record({
        kind: fc.constant('live' as const),
        times: fc.array(fc.nat(2_000), { maxLength: 6 }),
      }),
      fc.record({ kind: fc.constant('answer' as const), upTo: fc.nat(2_000) }),
      fc.record({ kind: fc.constant('trim' as const), from: fc.nat(1_000) }),
    );
    fc.assert(
      fc.property(
        fc.array(event, { maxLength: 30 }),
        fc.constantFrom(0, 50),
        (events, bucketMs) => {
          const window = openWindow(resultOf([0], bucketMs));
          let newestMs = 0;
          for (const one of events) {
            if (one.kind === 'live') {
              window.apply(frame(one.times), arrivedMs);
              newestMs = Math.max(newestMs, ...one.times);
            } else if (one.kind === 'answer') {
              const times = Array.from({ length: Math.floor(one.upTo / 40) }, (_, at) => at * 40);
              window.merge(resultOf(times, bucketMs));
              newestMs = Math.max(newestMs, times.at(-1) ?? 0);
            } else if (one.from <= newestMs) {
              window.trim(one.from);
            }
            const series = window.series.get(first.id);
            if (series === undefined) continue;
            const { timesMs, values } = series;
            expect(values).toHaveLength(timesMs.length);
            expect(timesMs.every((time, at) => at === 0 || time > timesMs[at - 1]!)).toBe(true);
            expect(series.lastMs).toBe(newestMs);
          }
        },
      ),
    );
  });
});
