import { describe, expect, it } from 'vitest';
import { panel as panelSchema, type StatPanel } from '../../../core/dashboard/document.ts';
import type { SeriesId } from '../../../core/id.ts';
import { hearing, silenceWords, type Listening } from '../../../src-renderer/live/heard.ts';
import { LiveSeries, type LineMarks } from '../../../src-renderer/live/live-series.ts';
import { readStat } from '../../../src-renderer/panels/stat/stat-reading.ts';
import { rank } from '../../../src-renderer/panels/top-n/ranking.ts';
import { allSeries } from '../../support/invented-network.ts';

const octets = allSeries.filter(({ metric }) => metric.endsWith('in-octets'));

interface Sampled {
  readonly fromMs?: number;
  readonly toMs: number;
  readonly everyMs?: number;
  readonly marks?: LineMarks;
}

/** One octet a second, sampled every 10 s from the first moment on, until it falls silent. */
function sampled(at: number, { fromMs = 0, toMs, everyMs = 10_000, marks }: Sampled): LiveSeries {
  const series = { ...octets[at]!, id: (at + 1) as SeriesId };
  const timesMs: number[] = [];
  for (let timeMs = fromMs; timeMs <= toMs; timeMs += everyMs) timesMs.push(timeMs);
  return LiveSeries.of({ series, timesMs, values: timesMs.map(() => 1), ...marks }, 0);
}

const at = (untilMs: number | null, more: Partial<Listening> = {}): Listening => ({
  untilMs,
  bucketMs: 0,
  heardAtMs: new Map(),
  periods: false,
  ...more,
});

const total = panelSchema.parse({
  id: 'total',
  title: 'Total in',
  kind: 'stat',
  place: { column: 0, row: 0, columns: 4, rows: 3 },
  query: { selectors: [{ path: '/interfaces' }], function: 'rate' },
}) as StatPanel;

const statAt = (lines: LiveSeries[], listening: Listening) =>
  readStat(lines, { panel: total, listening, answered: null, range: { fromMs: 0, toMs: 900_000 } });

describe('a device that fell silent', () => {
  const lines = [
    sampled(0, { toMs: 600_000 }),
    sampled(1, { toMs: 600_000 }),
    sampled(2, { toMs: 300_000 }),
  ];

  it('does not add to a total any more, which says that it is missing', () => {
    expect(statAt(lines, at(301_000))).toMatchObject({ value: 24, silence: '' });
    expect(statAt(lines, at(334_000))).toMatchObject({ value: 24, silence: '' });
    expect(statAt(lines, at(336_000))).toMatchObject({
      value: 16,
      silence: '1 of 3 not heard',
      partial: true,
    });
    expect(statAt(lines, at(700_000))).toMatchObject({ value: null, silence: '3 of 3 not heard' });
  });

  it('has no row among the highest', () => {
    const choice = { query: total.query, shown: 'rate' as const };
    const ids = (untilMs: number) => rank(hearing(lines, at(untilMs)), choice).map(({ id }) => id);
    expect(ids(310_000)).toEqual([1, 2, 3]);
    expect(ids(600_000)).toEqual([1, 2]);
  });

  it('leaves no course behind', () => {
    const { rows } = statAt([lines[2]!], at(336_000));
    expect(rows.find(({ time }) => time === 320_000)?.value).toBe(8);
    expect(rows.find(({ time }) => time === 340_000)?.value).toBeNull();
  });

  it('stays silent when few of its points are left', () => {
    const few = [lines[0]!, sampled(3, { fromMs: 290_000, toMs: 300_000 })];
    expect(silenceWords(hearing(few, at(600_000)))).toBe('1 of 2 not heard');
  });
});

describe('a line is heard', () => {
  it('as long as it is sampled so slowly', () => {
    const slow = [sampled(0, { toMs: 600_000, everyMs: 300_000 })];
    expect(silenceWords(hearing(slow, at(1_500_000)))).toBe('');
    expect(silenceWords(hearing(slow, at(1_506_000)))).toBe('1 of 1 not heard');
  });

  it('while it goes on, though the clock of its device is behind', () => {
    const behind = sampled(0, { toMs: 480_000 });
    const heardAtMs = new Map([[behind.info.id as number, 590_000]]);
    const listening = at(600_000, { heardAtMs });
    expect(silenceWords(hearing([behind], listening))).toBe('');
    expect(statAt([behind], listening).rows.at(-1)?.value).toBe(8);
    expect(silenceWords(hearing([behind], { ...listening, untilMs: 630_000 }))).toBe(
      '1 of 1 not heard',
    );
  });

  it('as long as its bucket is so wide', () => {
    const wide = [sampled(0, { toMs: 600_000 })];
    expect(silenceWords(hearing(wide, at(780_000, { bucketMs: 60_000 })))).toBe('');
  });

  it('where nobody can say how often it should be, and before the first answer', () => {
    expect(silenceWords(hearing([sampled(0, { toMs: 0 })], at(900_000)))).toBe('');
    expect(silenceWords(hearing([sampled(0, { toMs: 90_000 })], at(null)))).toBe('');
  });

  it('in the newest period alone, as are those it is compared with', () => {
    const dayMs = 86_400_000;
    const days = (place: number, last: number, marks?: LineMarks) =>
      sampled(place, { toMs: last * dayMs, everyMs: dayMs, ...(marks && { marks }) });
    const then = (place: number): LineMarks => ({
      earlier: { offsetMs: dayMs, seriesId: place as SeriesId },
    });
    const lines = [days(0, 9), days(1, 8), days(2, 9, then(1)), days(3, 8, then(2))];
    const heard = hearing(lines, at(9.2 * dayMs, { bucketMs: dayMs, periods: true }));
    expect(heard.lines).toEqual([lines[0]]);
    expect(heard.earlier).toEqual([lines[2]]);
    expect(silenceWords(heard)).toBe('1 of 2 not heard');
  });
});
