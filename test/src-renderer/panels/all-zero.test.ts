import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { timeSeriesPanel } from '../../../core/dashboard/document.ts';
import type { SeriesId } from '../../../core/id.ts';
import { LiveSeries, type LineMarks } from '../../../src-renderer/live/live-series.ts';
import { AllZero } from '../../../src-renderer/panels/time-series/all-zero.tsx';
import { timeSeriesSubtitle } from '../../../src-renderer/panels/time-series/time-series-subtitle.ts';
import { allSeries } from '../../support/invented-network.ts';

const errors = allSeries.filter(({ unit }) => unit === '{error}');

function lineOf(at: number, marks: LineMarks = {}): LiveSeries {
  const series = { ...errors[at]!, id: (at + 1) as SeriesId };
  return LiveSeries.of({ series, timesMs: [1_000], values: [0], ...marks }, 0);
}

describe('a panel with nothing above 0', () => {
  const textOf = (gaps: string[]) =>
    renderToStaticMarkup(createElement(AllZero, { lines: [lineOf(0), lineOf(1)], gaps }))
      .replaceAll(/<svg.*?<\/svg>/g, '')
      .replaceAll(/<[^>]+>/g, '|')
      .split('|')
      .filter(Boolean);

  it('says only what was measured', () => {
    expect(textOf([])).toEqual([
      'No errors in this range',
      'None of the series measured in this range is above 0.',
    ]);
  });

  it('keeps known outages in sight, the newest of many', () => {
    expect(textOf(['Gap 1.', 'Gap 2.', 'Gap 3.', 'Gap 4.', 'Gap 5.'])).toEqual([
      'No errors where measured in this range',
      'None of the series measured in this range is above 0.',
      'Gap 3.',
      'Gap 4.',
      'Gap 5.',
      '2 outages before are known as well.',
    ]);
  });
});

describe('lines that are not drawn', () => {
  it('are counted without their earlier periods', () => {
    const panel = timeSeriesPanel.parse({
      id: 'errors',
      title: 'Errors',
      kind: 'time-series',
      place: { column: 0, row: 0, columns: 4, rows: 3 },
      query: { selectors: [{ path: '/interfaces' }], function: 'rate', top: 3, offsetMs: 1_000 },
    });
    const earlier = lineOf(2, { earlier: { offsetMs: 1_000, seriesId: 2 as SeriesId } });
    const subtitle = timeSeriesSubtitle({
      panel,
      lines: [lineOf(0)],
      quiet: [lineOf(1), earlier],
      window: { seriesTotal: 2, bucketMs: 0 },
    });
    expect(subtitle).toContain('1 at 0 not drawn');
  });
});
