/** Holds our answers against the naive ones: a fast wrong answer must not become a figure. Pure. */
import type { QueryResult } from '../../core/contract/query.ts';
import type { SeriesId } from '../../core/id.ts';
import type { NaiveRow } from './naive-queries.ts';

export interface Answers {
  /** Function `rate`: the smallest and largest rate of every bucket. */
  readonly rates: Pick<QueryResult, 'series'>;
  /** Function `increase` of the same question: what each bucket counted. */
  readonly increases: Pick<QueryResult, 'series'>;
  readonly naive: readonly NaiveRow[];
}

interface Totals {
  readonly least: number;
  readonly most: number;
  readonly increase: number;
}

/** Sums of the same numbers in another order differ in their last bits. */
const tolerance = 1e-9;

/** The first disagreement as a sentence; null where series, extremes of the rate and increases are the same. */
export function disagreement(answers: Answers): string | null {
  const ours = ourTotals(answers);
  const naive = naiveTotals(answers.naive);
  const other = [...naive.keys()].find((id) => !ours.has(id));
  if (naive.size === 0) return 'the naive query found nothing';
  if (other !== undefined || ours.size !== naive.size) {
    return `we answer with ${ours.size} series, the naive query with ${naive.size}${other === undefined ? '' : `, among them ${other}`}`;
  }
  for (const [id, expected] of naive) {
    for (const name of ['least', 'most', 'increase'] as const) {
      const found = ours.get(id)![name];
      if (!near(found, expected[name])) {
        return `${name} of series ${id}: we answer ${found}, the naive query ${expected[name]}`;
      }
    }
  }
  return null;
}

function near(left: number, right: number): boolean {
  return Math.abs(left - right) <= tolerance * Math.max(1, Math.abs(left), Math.abs(right));
}

function ourTotals({ rates, increases }: Answers): Map<SeriesId, Totals> {
  const increaseOf = new Map(
    increases.series.map(({ series, values }) => [series.id, sum(values)]),
  );
  return new Map(
    rates.series.map(({ series, values }) => [
      series.id,
      { ...extremes(values), increase: increaseOf.get(series.id) ?? Number.NaN },
    ]),
  );
}

function naiveTotals(rows: readonly NaiveRow[]): Map<SeriesId, Totals> {
  return new Map(
    [...Map.groupBy(rows, ({ seriesId }) => seriesId)].map(([id, own]) => [
      id,
      {
        least: extremes(own.map(({ least }) => least)).least,
        most: extremes(own.map(({ most }) => most)).most,
        increase: sum(own.map(({ increase }) => increase)),
      },
    ]),
  );
}

function extremes(values: readonly (number | null)[]): Pick<Totals, 'least' | 'most'> {
  const known = values.filter((value) => value !== null);
  return { least: Math.min(...known), most: Math.max(...known) };
}

function sum(values: readonly (number | null)[]): number {
  return values.reduce<number>((total, value) => total + (value ?? 0), 0);
}
