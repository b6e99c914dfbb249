import { describe, expect, it } from 'vitest';
import { statPanel } from '../../../core/dashboard/document.ts';
import type { SeriesId } from '../../../core/id.ts';
import { LiveSeries, type LineMarks } from '../../../src-renderer/live/live-series.ts';
import { isRunning, periodEnd, type Answered } from '../../../src-renderer/live/periods.ts';
import { readStat } from '../../../src-renderer/panels/stat/stat-reading.ts';
import { comparisonText } from '../../../src-renderer/panels/stat/stat-words.ts';
import { earlierHeading, valueHeading } from '../../../src-renderer/panels/top-n/value-heading.ts';
import { allSeries } from '../../support/invented-network.ts';

const octets = allSeries.filter(({ metric }) => metric.endsWith('in-octets'));
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Midnight in Berlin, of a day of 24 hours. */
const todayMs = Date.parse('2026-06-15T00:00:00+02:00');
const day = { by: 'day' as const, timeZone: 'Europe/Berlin' };

function lineOf(at: number, value: number, marks: LineMarks = {}): LiveSeries {
  const series = { ...octets[at]!, id: (at + 1) as SeriesId };
  const points = { timesMs: [todayMs - dayMs, todayMs], values: [7, value] };
  return LiveSeries.of({ series, ...points, shownAs: 'increase', ...marks }, dayMs);
}

const lines = [
  lineOf(0, 1e6),
  lineOf(1, 4e6, { earlier: { offsetMs: dayMs, seriesId: 1 as SeriesId } }),
];

const answerAt = (asOfMs: number): Answered => ({
  fromMs: todayMs - dayMs,
  toMs: todayMs + dayMs,
  asOfMs,
  timeZone: 'Europe/Berlin',
});

describe('a day', () => {
  it.each([
    ['2026-06-15T06:00:00+02:00', true],
    ['2026-06-15T23:59:59+02:00', true],
    ['2026-06-16T00:00:00+02:00', false],
  ])('at %s runs still: %s', (time, running) => {
    const answered = answerAt(Date.parse(time));
    expect(isRunning(lines, { buckets: day, answered })).toBe(running);
  });

  it('of 23 hours ends with its last', () => {
    const startMs = Date.parse('2026-03-29T00:00:00+01:00');
    const answered = answerAt(startMs);
    expect(periodEnd(startMs, { buckets: day, answered })).toBe(startMs + 23 * hourMs);
    expect(periodEnd(startMs - 20 * 60_000, { buckets: day, answered })).toBe(
      startMs + 23 * hourMs,
    );
  });

  it('is none where the range itself is the period', () => {
    const answered = answerAt(todayMs);
    expect(isRunning(lines, { buckets: { by: 'range' }, answered })).toBe(false);
    expect(periodEnd(todayMs, { buckets: { by: 'range' }, answered })).toBe(answered.toMs);
  });
});

describe('what is compared with a whole day', () => {
  const textAt = (asOfMs: number, query: object) => {
    const panel = statPanel.parse({
      id: 'total',
      title: 'Total in',
      kind: 'stat',
      place: { column: 0, row: 0, columns: 4, rows: 3 },
      query: { selectors: [{ path: '/interfaces' }], function: 'increase', ...query },
    });
    const listening = {
      untilMs: asOfMs,
      bucketMs: dayMs,
      heardAtMs: new Map(),
      periods: 'buckets' in query,
    };
    const range = { fromMs: todayMs, toMs: asOfMs };
    const asked = { panel, listening, answered: answerAt(asOfMs), range };
    return comparisonText(readStat(lines, asked), panel);
  };

  it.each([
    [
      'is so far, and no percentage',
      6,
      { buckets: day, offsetMs: dayMs },
      'so far · 4.00 MB 1 day earlier (whole day)',
    ],
    ['is so far, by itself as well', 6, { buckets: day }, 'so far'],
    [
      'is a change when the day is over',
      24,
      { buckets: day, offsetMs: dayMs },
      '−75 % · 4.00 MB 1 day earlier',
    ],
    [
      'is a change where no day was asked for',
      6,
      { offsetMs: dayMs },
      '−75 % · 4.00 MB 1 d earlier',
    ],
  ])('%s', (_, hours, query, text) => {
    expect(textAt(todayMs + hours * hourMs, query)).toBe(text);
  });

  it('is headed so in a ranking', () => {
    const query = { function: 'increase' as const, buckets: day };
    const head = { bucketMs: dayMs, first: lines[0]!, running: true };
    expect(valueHeading(query, head)).toBe('B in a day, so far');
    expect(earlierHeading(dayMs, { query, running: true })).toBe('1 day earlier (whole day)');
    expect(earlierHeading(dayMs, { query, running: false })).toBe('1 day earlier');
  });
});
