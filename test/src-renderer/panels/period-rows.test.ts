import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { timeSeriesPanel } from '../../../core/dashboard/document.ts';
import type { SeriesId } from '../../../core/id.ts';
import { LiveSeries } from '../../../src-renderer/live/live-series.ts';
import { styleSeries } from '../../../src-renderer/panels/series-style.ts';
import { periodRows } from '../../../src-renderer/panels/time-series/period-rows.ts';
import { allSeries } from '../../support/invented-network.ts';

const info = { ...allSeries.find(({ unit }) => unit === '%')!, id: 1 as SeriesId };
const styles = styleSeries([{ info, marks: {} }], {
  label: 'device',
  shown: 'value',
  mirrorOut: false,
  colors: ['#111111'],
  neutral: '#999999',
});

/** Days in Berlin; the clocks change on 29 March. */
const midnight = (day: number) => Date.parse(`2026-03-${day}T00:00:00+0${day > 29 ? 2 : 1}:00`);
const answered = {
  fromMs: midnight(26),
  toMs: midnight(31),
  asOfMs: midnight(30) + 3_600_000,
  timeZone: 'Europe/Berlin',
};

function rowsOf(days: [number, number | null][], { stacked = false } = {}) {
  const timesMs = days.map(([day]) => midnight(day));
  const line = LiveSeries.of({ series: info, timesMs, values: days.map(([, value]) => value) }, 0);
  const shown = { buckets: { by: 'day' as const }, answered, stacked };
  return periodRows([line], styles, shown).map(({ time, value }) => [time, value]);
}

describe('days on a chart', () => {
  it('are level up to the next, the last to its end although it still runs', () => {
    const days: [number, number][] = [
      [28, 1],
      [29, 2],
      [30, 3],
    ];
    expect(rowsOf(days)).toEqual([
      [midnight(28), 1],
      [midnight(29), 2],
      [midnight(30), 3],
      [midnight(31), 3],
    ]);
  });

  it('are as long as they are, alone in the range too', () => {
    expect(rowsOf([[30, 3]])).toEqual([
      [midnight(30), 3],
      [midnight(31), 3],
    ]);
  });

  it('hold no number for a day that has none', () => {
    expect(
      rowsOf([
        [26, 1],
        [28, 2],
        [29, null],
      ]),
    ).toEqual([
      [midnight(26), 1],
      [midnight(27), 1],
      [midnight(27), null],
      [midnight(28), 2],
      [midnight(29), 2],
      [midnight(29), null],
      [midnight(29), null],
    ]);
  });

  it('take no room in a stack where they have no number', () => {
    const days: [number, number][] = [
      [26, 1],
      [30, 2],
    ];
    expect(rowsOf(days, { stacked: true })).toEqual([
      [midnight(26), 1],
      [midnight(27), 0],
      [midnight(30), 2],
      [midnight(31), 2],
    ]);
  });
});

describe('a chart of the whole range', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('says in a sentence what to ask instead', async () => {
    // The panels know their address, as there is in a browser.
    vi.stubGlobal('location', new URL('http://localhost/'));
    const { TimeSeriesPanelView } = await import(
      '../../../src-renderer/panels/time-series/time-series-panel.tsx'
    );
    const panel = timeSeriesPanel.parse({
      id: 'whole',
      title: 'Whole',
      kind: 'time-series',
      place: { column: 0, row: 0, columns: 4, rows: 3 },
      query: { selectors: [{ path: '/a' }], function: 'max', buckets: { by: 'range' } },
    });
    const markup = renderToStaticMarkup(createElement(TimeSeriesPanelView, { panel }));
    expect(markup).toContain('choose an hour, a day, a week or a month instead');
  });
});
