import { describe, expect, it } from 'vitest';
import type { KnownGap } from '../../../core/contract/query.ts';
import type { SeriesId } from '../../../core/id.ts';
import { hearing } from '../../../src-renderer/live/heard.ts';
import { LiveSeries, type LineMarks } from '../../../src-renderer/live/live-series.ts';
import { styleSeries } from '../../../src-renderer/panels/series-style.ts';
import {
  changeText,
  currentValue,
  earlierToReduce,
  earlierValue,
  linesToReduce,
} from '../../../src-renderer/panels/stat/reduce-series.ts';
import {
  gapLines,
  gapMarks,
  gapsAt,
  gapSentence,
  namedGaps,
} from '../../../src-renderer/panels/time-series/known-gaps.ts';
import { quietLines } from '../../../src-renderer/panels/time-series/quiet-lines.ts';
import { headings, rank } from '../../../src-renderer/panels/top-n/ranking.ts';
import { allSeries } from '../../support/invented-network.ts';

const octets = allSeries.filter(({ metric }) => metric.endsWith('in-octets'));

function lineOf(at: number, values: (number | null)[], marks: LineMarks = {}): LiveSeries {
  const series = { ...octets[at]!, id: (at + 1) as SeriesId };
  const timesMs = values.map((_, index) => (index + 1) * 1_000);
  return LiveSeries.of({ series, timesMs, values, ...marks }, 0);
}

const id = (at: number) => (at + 1) as SeriesId;
const dayMs = 86_400_000;
const allTold = { untilMs: null, bucketMs: 0, heardAtMs: new Map(), periods: false };
const before = (at: number): LineMarks => ({ earlier: { offsetMs: dayMs, seriesId: id(at) } });

describe('the look of lines', () => {
  const styles = styleSeries(
    [
      lineOf(0, [1], { shownAs: 'rate' }),
      lineOf(1, [1], { other: true, members: 9, shownAs: 'increase' }),
      lineOf(2, [1], before(0)),
    ],
    {
      label: 'device',
      shown: 'rate',
      mirrorOut: false,
      colors: ['#111111', '#222222'],
      neutral: '#999999',
    },
  );

  it('is neutral for the rest, and that of today, dashed, for an earlier period', () => {
    expect(styles.get(id(0))).toMatchObject({ color: '#111111', dash: [], earlier: false });
    expect(styles.get(id(1))?.color).toBe('#999999');
    expect(styles.get(id(2))).toMatchObject({ color: '#111111', dash: [3, 4], earlier: true });
  });

  it('places every line as its own numbers are shown', () => {
    expect(styles.get(id(0))?.place(10)).toBe(80);
    expect(styles.get(id(1))?.place(10)).toBe(10);
  });
});

describe('lines at zero', () => {
  it('are quiet in a top-N, unless there is something earlier to compare with', () => {
    const lines = [
      lineOf(0, [0, null, 0]),
      lineOf(1, [0, 2]),
      lineOf(2, [0, 0]),
      lineOf(3, [4, 0], before(2)),
      lineOf(4, [null, null]),
    ];
    expect(quietLines(lines, { top: 8 })).toEqual([lines[0]]);
    expect(quietLines(lines, {})).toEqual([]);
  });
});

describe('known gaps', () => {
  const { deviceId, device } = octets[0]!;
  const gap = (fromMs: number, toMs: number, reason: string): KnownGap => ({
    deviceId,
    fromMs,
    toMs,
    reason,
  });
  const view = { fromMs: 0, toMs: 1_000_000 };

  it('name the device and the reason, each once', () => {
    const named = namedGaps(
      [gap(100, 200, 'connection-lost'), gap(150, 300, 'connection-lost'), gap(180, 190, 'TLS: x')],
      { lines: [lineOf(0, [1])], ...view },
    );
    expect(gapLines(gapsAt(named, 185))).toEqual([
      `${device}: no data, the connection was lost`,
      `${device}: no data, TLS: x`,
    ]);
    expect(gapsAt(named, 301)).toEqual([]);
    expect(gapSentence(named[0]!, 'utc')).toBe(
      `No data from ${device}, 1970-01-01 00:00:00 to 00:00:00 UTC (0 s): the connection was lost.`,
    );
  });

  it('name no device where a line stands for several', () => {
    const lines = [lineOf(0, [1], { group: { label: 'fra-1' }, members: 3 })];
    const named = namedGaps([gap(1, 2, 'odd-case')], { lines, ...view });
    expect(gapLines(named)).toEqual(['A device: no data, odd case']);
  });

  it('say how many samples were lost, where others of the time may be there', () => {
    const lost = { ...gap(100, 200, 'undecodable'), lost: 1_200 };
    const named = namedGaps([lost, { ...gap(100, 200, 'queue-full'), lost: 1 }], {
      lines: [lineOf(0, [1])],
      ...view,
    });
    expect(gapLines(named)).toEqual([
      `${device}: 1,200 samples lost, values that cannot be read`,
      `${device}: 1 sample lost, the queue was full`,
    ]);
    expect(gapSentence(named[0]!, 'utc')).toMatch(
      /^1,200 samples lost from .*: values that cannot/,
    );
  });

  it('counts the devices of an outage that took many', () => {
    const down = ['leaf-01', 'leaf-02', 'leaf-03', 'leaf-04', 'leaf-04'].map((device) => ({
      device,
      fromMs: 0,
      toMs: 1,
      why: 'the collector was stopped',
    }));
    expect(gapLines(down)).toEqual(['4 devices: no data, the collector was stopped']);
    expect(gapLines(down.slice(0, 3))).toHaveLength(3);
  });

  it('stand where their time is, in targets wide enough and apart', () => {
    const place = { left: 40, top: 0, width: 1_000, height: 100, ...view };
    const named = namedGaps(
      [gap(100_000, 200_000, 'a'), gap(205_000, 206_000, 'b'), gap(600_000, 600_010, 'c')],
      { lines: [lineOf(0, [1])], ...view },
    );
    const marks = gapMarks(named, place);
    expect(marks.map(({ left, width, gaps }) => [left, width, gaps.length])).toEqual([
      [100, 107, 2],
      [600, 2, 1],
    ]);
    expect(marks[0]!.middleMs).toBe(150_000);
    // The plot has moved on since the answer.
    expect(gapMarks(named, { ...place, fromMs: 700_000, toMs: 1_700_000 })).toEqual([]);
  });
});

describe('a stat', () => {
  const lines = [
    lineOf(0, [10]),
    lineOf(1, [5], { other: true, members: 4 }),
    lineOf(2, [8], before(0)),
  ];
  const asked = { shown: 'value' as const };

  it('adds the rest to a sum and leaves it out of everything else', () => {
    const current = (reduce: 'sum' | 'max' | 'count') =>
      currentValue(linesToReduce(lines, reduce), { ...asked, reduce });
    expect([current('sum'), current('max'), current('count')]).toEqual([15, 10, 1]);
  });

  it('compares with what was, where enough of it is known', () => {
    const then = earlierToReduce(lines, 'max');
    expect(earlierValue(then, { ...asked, reduce: 'max', lines: 1 })).toBe(8);
    expect(earlierValue(then, { ...asked, reduce: 'sum', lines: 2 })).toBeNull();
    expect(earlierValue([], { ...asked, reduce: 'max', lines: 0 })).toBeNull();
  });

  it.each([
    [112, 100, '+12 %'],
    [97.5, 100, '−2.5 %'],
    [100, 100, '±0 %'],
    [1, 0, ''],
  ])('says %d after %d as "%s"', (now, then, text) => {
    expect(changeText(now, then)).toBe(text);
  });
});

describe('a ranking', () => {
  const query = { selectors: [{ path: '/interfaces' }], groupBy: { by: 'site' as const } };

  it('of groups names them, puts the rest last, and earlier values beside', () => {
    const lines = [
      lineOf(0, [1], { group: { label: 'fra-1' }, members: 2 }),
      lineOf(1, [4], { group: { label: null }, members: 3 }),
      lineOf(2, [90], { other: true, members: 7 }),
      lineOf(3, [2], before(1)),
    ];
    const rows = rank(hearing(lines, allTold), { query, shown: 'rate' });
    expect(
      rows.map(({ name, part, text, earlierText, share }) => [
        name,
        part,
        text,
        earlierText,
        share,
      ]),
    ).toEqual([
      ['no site', '3 series', '32.0 b/s', '16.0 b/s', 1],
      ['fra-1', '2 series', '8.00 b/s', '–', 0.25],
      ['other', '7 series', '720 b/s', '–', null],
    ]);
    expect(rows.every(({ deviceId }) => deviceId === null)).toBe(true);
    expect(headings(octets[0], query)).toEqual({ name: 'Site', part: 'Series' });
  });

  it('leads to the port it is about, where it is about one', () => {
    const lines = [lineOf(0, [1]), lineOf(1, [90], { other: true, members: 7 })];
    const rows = rank(hearing(lines, allTold), {
      query: { selectors: [{ path: '/interfaces' }] },
      shown: 'rate',
    });
    const { keys, deviceId } = octets[0]!;
    expect(rows.map((row) => [row.deviceId, row.port])).toEqual([
      [deviceId, keys['interface/name']],
      [null, null],
    ]);
  });
});
