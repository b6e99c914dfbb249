import { describe, expect, it } from 'vitest';
import { topPanel } from '../../../core/dashboard/document.ts';
import { firstDerivedId } from '../../../core/contract/query.ts';
import type { SeriesId } from '../../../core/id.ts';
import { hearing } from '../../../src-renderer/live/heard.ts';
import { LiveSeries, type LineMarks } from '../../../src-renderer/live/live-series.ts';
import { rank } from '../../../src-renderer/panels/top-n/ranking.ts';
import { topQuery, topWords } from '../../../src-renderer/panels/top-n/top-query.ts';
import { valueHeading } from '../../../src-renderer/panels/top-n/value-heading.ts';
import { allSeries } from '../../support/invented-network.ts';

const octets = allSeries.filter(({ metric }) => metric.endsWith('in-octets'));

const panelOf = (query: object, options: object) =>
  topPanel.parse({
    id: 'top',
    title: 'Top',
    kind: 'top-n',
    place: { column: 0, row: 0, columns: 4, rows: 3 },
    query: { selectors: [{ path: '/interfaces' }], function: 'rate', ...query },
    options,
  });

function lineOf(at: number, value: number, marks: LineMarks = {}): LiveSeries {
  const id = (marks.other ? firstDerivedId : at + 1) as SeriesId;
  const series = { ...octets[at]!, id };
  return LiveSeries.of({ series, timesMs: [1_000], values: [value], ...marks }, 0);
}

describe('a ranking asks for as many as it shows', () => {
  it.each([
    [{ top: 10 }, { count: 6 }, 10],
    [{}, { count: 6 }, 6],
    [{}, {}, 10],
  ])('with %j and %j: %d', (query, options, top) => {
    expect(topQuery(panelOf(query, options)).top).toBe(top);
  });

  it('and shows all that come, so that rows and the rest are the total', () => {
    const panel = panelOf({ top: 3, other: true }, { count: 2 });
    const answer = [
      lineOf(0, 8),
      lineOf(1, 4),
      lineOf(2, 2),
      lineOf(3, 6, { other: true, members: 9 }),
    ];
    const told = { untilMs: 1_000, bucketMs: 0, heardAtMs: new Map(), periods: false };
    const rows = rank(hearing(answer, told), { query: topQuery(panel), shown: 'rate' });
    expect(rows.reduce((sum, { value }) => sum + value, 0)).toBe(20 * 8);
    expect(topWords(answer, { total: 1_200 })).toBe('3 of 1,200 by mean');
    expect(topWords(answer, { total: 3 })).toBe('');
  });
});

describe('the column of values', () => {
  const first = lineOf(0, 1, { shownAs: 'increase' });

  it('says what period its numbers are of', () => {
    const of = { function: 'increase' as const };
    const month = { ...of, buckets: { by: 'month' as const } };
    expect(valueHeading(month, { bucketMs: 2_629_746_000, first, running: false })).toBe(
      'B in a month',
    );
    expect(valueHeading(of, { bucketMs: 60_000, first, running: false })).toBe('B per 1 min');
    expect(
      valueHeading({ function: 'rate' }, { bucketMs: 0, first: lineOf(0, 1), running: false }),
    ).toBe('Rate');
  });
});
