import { describe, expect, it } from 'vitest';
import type { LineMarks } from '../../../src-renderer/live/live-series.ts';
import { lineLabels, type LineNaming } from '../../../src-renderer/format/line-label.ts';
import {
  answerSentences,
  functionWords,
  groupWords,
  measuresSeveral,
  periodWords,
  unitWords,
} from '../../../src-renderer/format/query-words.ts';
import type { SeriesId } from '../../../core/id.ts';
import { allSeries } from '../../support/invented-network.ts';

const octets = allSeries.find(({ metric }) => metric.endsWith('in-octets'))!;
const errors = allSeries.find(({ metric }) => metric.endsWith('in-errors'))!;

function labelsOf(marks: readonly LineMarks[], naming: Partial<LineNaming> = {}, infos = [octets]) {
  const lines = marks.map((own, at) => ({
    info: { ...infos[at % infos.length]!, id: (at + 1) as SeriesId },
    marks: own,
  }));
  return [...lineLabels(lines, { style: 'device-and-keys', ...naming }).values()];
}

const id = (value: number) => value as SeriesId;

describe('lines are called', () => {
  it('by what their members share, and how many they are', () => {
    const marks = [{ group: { label: 'fra-1' }, members: 12 }];
    expect(labelsOf(marks, { groupBy: { by: 'site' } })).toEqual(['fra-1 (12)']);
  });

  it.each([
    [{ by: 'site' }, 'no site (3)'],
    [{ by: 'tag', name: 'role' }, 'no tag role (3)'],
    [{ by: 'key', name: 'interface/name' }, 'no interface/name (3)'],
  ] as const)('what they lack, grouped by %j', (groupBy, label) => {
    expect(labelsOf([{ group: { label: null }, members: 3 }], { groupBy })).toEqual([label]);
  });

  it('other, with the unit where there are several', () => {
    const rest = { other: true as const, members: 187 };
    expect(labelsOf([rest])).toEqual(['other (187)']);
    const marks = [rest, rest].map((one) => ({ ...one, shownAs: 'rate' as const }));
    expect(labelsOf(marks, {}, [octets, errors])).toEqual([
      'other · b/s (187)',
      'other · /s (187)',
    ]);
  });

  it('as now, and how much earlier', () => {
    const marks = [
      { group: { label: 'fra-1' }, members: 2 },
      { earlier: { offsetMs: 86_400_000, seriesId: id(1) }, group: { label: 'fra-1' } },
    ];
    expect(labelsOf(marks)).toEqual(['fra-1 (2)', 'fra-1 (2), 1 d earlier']);
  });

  it.each([
    [{ by: 'month' }, 30, '1 month earlier'],
    [{ by: 'month' }, 1, '1 month earlier'],
    [{ by: 'week' }, 14, '2 weeks earlier'],
    [{ by: 'hour' }, 1, '24 hours earlier'],
    [{ by: 'range' }, 30, '30 d earlier'],
    [undefined, 7, '7 d earlier'],
  ] as const)('in buckets %j, %d days before, as "%s"', (buckets, days, words) => {
    const earlier = { offsetMs: days * 86_400_000, seriesId: id(1) };
    const labels = labelsOf([{}, { earlier }], buckets && { buckets });
    expect(labels[1]).toBe(`spine-01 · ethernet-1/1, ${words}`);
  });

  it('by their metric once, where that is the name already', () => {
    const naming = { style: 'metric', severalMetrics: true } as const;
    expect(labelsOf([{}, {}], naming, [octets, errors])).toEqual(['in-octets', 'in-errors']);
  });

  it('with their metric where groups would read alike', () => {
    const group = { group: { label: 'fra-1' }, members: 2 };
    expect(labelsOf([group, group], {}, [octets, errors])).toEqual([
      'fra-1 · in-octets (2)',
      'fra-1 · in-errors (2)',
    ]);
  });
});

describe('a line alone', () => {
  it('says its metric where the panel measures several', () => {
    expect(labelsOf([{}])).toEqual(['spine-01 · ethernet-1/1']);
    expect(labelsOf([{}], { severalMetrics: true })).toEqual([
      'spine-01 · ethernet-1/1 · in-octets',
    ]);
  });
});

describe('a panel measures several things', () => {
  it.each([
    [['/a/x', '/a/y'], true],
    [['/a/x'], false],
    [['/a[n=1]/x', '/a[n=2]/x'], false],
  ])('with the paths %j: %s', (paths, several) => {
    expect(measuresSeveral({ selectors: paths.map((path) => ({ path })) })).toBe(several);
  });
});

describe('a header says', () => {
  it('the percentile by its number', () => {
    expect(functionWords({ function: 'percentile' })).toBe('p95');
    expect(functionWords({ function: 'percentile', percentile: 99.9 })).toBe('p99.9');
    expect(functionWords({ function: 'percentile', percentileOf: '5m' })).toBe(
      'p95 of 5-minute means',
    );
    expect(functionWords({ function: 'rate' })).toBe('');
  });

  it('how groups became one', () => {
    expect(groupWords({ groupBy: { by: 'site' } })).toBe('sum by site');
    expect(groupWords({ groupBy: { by: 'tag', name: 'role' }, across: 'avg' })).toBe(
      'mean by tag role',
    );
  });

  it.each([
    ['By', 'rate', 10_000, 'b/s'],
    ['By', 'increase', 10_000, 'B per 10 s'],
    ['{error}', 'increase', 60_000, 'errors per 1 min'],
    ['1', 'increase', 5_400_000, 'per 1.5 h'],
    ['%', 'count', 86_400_000, 'samples per 1 d'],
  ] as const)('%s as %s in buckets of %d ms as "%s"', (unit, shown, bucketMs, text) => {
    expect(unitWords({ unit, shown, bucketMs })).toBe(text);
  });

  it('the period that was asked for', () => {
    const month = { by: 'month' as const };
    const of = { unit: 'By' as const, bucketMs: 2_629_746_000 };
    expect(unitWords({ ...of, shown: 'increase', buckets: month })).toBe('B in a month');
    expect(unitWords({ ...of, shown: 'rate', buckets: { by: 'range' } })).toBe(
      'b/s in the whole range',
    );
    expect(periodWords({ buckets: { by: 'hour' } })).toBe('an hour');
    expect(periodWords({})).toBe('');
  });

  it('where numbers come from and what was put in, and nothing of the usual', () => {
    expect(answerSentences({ tier: 'raw' }, {})).toEqual([]);
    expect(answerSentences({ tier: '1h', note: 'Means.' }, { fill: 'zero' })).toEqual([
      'Read from summaries of 1 hour.',
      'Means.',
      'Times without data are drawn as 0.',
    ]);
  });
});
