/**
 * One shape for samples and rollups, as SQL: what a query reads is a union of pieces of several tiers. The same text
 * serves native tables and TimescaleDB's continuous aggregates.
 */
import type { SeriesId } from '../../../core/id.ts';
import type { Measure } from '../../../core/query/measure.ts';
import type { Segment } from '../../../core/query/tier-plan.ts';
import { tierMs, type RollupTier } from '../../../core/query/tier.ts';
import type { TimeRange } from '../../../core/query/time-range.ts';
import type { UnitFacts } from '../../../core/telemetry/unit.ts';

/** An earlier series of a leaf, of another kind or unit: its rows are those of the leaf's series. */
export interface EarlierPart {
  readonly id: SeriesId;
  /** One of the series wanted. */
  readonly of: SeriesId;
  /** Makes its values those of the unit of that series. */
  readonly factor: number;
}

export interface RowsWanted {
  readonly seriesIds: readonly SeriesId[];
  /** None when left out. */
  readonly parts?: readonly EarlierPart[] | undefined;
  /** Asked for; a rollup's row may reach beyond it, its times in the answer do not. */
  readonly range: TimeRange;
  readonly segments: readonly Segment[];
  readonly measure: Measure;
  readonly average: UnitFacts['average'];
}

export interface MeasuredRows {
  /**
   * A query whose rows are: series_id; ms, end_ms (what the row covers); n (samples); lo, lo_ms, hi, hi_ms; mean;
   * total / weight (a mean of several rows is sum(total) / sum(weight), in mW for dBm); last. Rows without a value of
   * the measure are left out.
   */
  readonly sql: string;
  readonly values: readonly unknown[];
}

export const rollupTables: Readonly<Record<RollupTier, string>> = {
  '1m': 'sample_1m',
  '1h': 'sample_1h',
  '1d': 'sample_1d',
};

/** Before it nothing was measured, after it nothing can be kept: years that every calendar here can write. */
const earliestMs = 0;
const latestMs = Date.UTC(9999, 0);

/** A bound that the database can write; rounded up, so that ranges that meet still meet and none becomes empty. */
export function dateWithin(ms: number): Date {
  return new Date(Math.min(latestMs, Math.max(earliestMs, Math.ceil(ms))));
}

export function idList(seriesIds: readonly SeriesId[]): string {
  return `{${seriesIds.join(',')}}`;
}

export function measuredRows(wanted: RowsWanted): MeasuredRows {
  const values: unknown[] = [idList(withParts(wanted))];
  const pieces = wanted.segments.map((segment) => {
    values.push(dateWithin(segment.fromMs), dateWithin(segment.toMs));
    const within = (time: string) =>
      `series_id = any($1::bigint[]) and ${time} >= $${values.length - 1} and ${time} < $${values.length}`;
    return segment.tier === 'raw'
      ? rawPiece(wanted, within('time'))
      : rollupPiece(wanted, segment.tier, within('bucket'));
  });
  const sql = pieces.join('\nunion all\n');
  return { sql: asOneLeaf(sql, wanted.parts ?? [], values), values };
}

/** All ids whose rows are read. */
export function withParts({
  seriesIds,
  parts = [],
}: Pick<RowsWanted, 'seriesIds' | 'parts'>): SeriesId[] {
  return [...seriesIds, ...parts.map(({ id }) => id)];
}

/** A join with the earlier series of leaves, whose parameters it adds: `part.leaf_id` and `part.factor`. */
export function joinParts(
  parts: readonly EarlierPart[],
  values: unknown[],
  seriesId: string,
): string {
  values.push(idList(parts.map(({ id }) => id)), idList(parts.map((part) => part.of)));
  values.push(`{${parts.map(({ factor }) => factor).join(',')}}`);
  const [ids, leaves, factors] = [2, 1, 0].map((back) => `$${values.length - back}`);
  return `left join unnest(${ids}::bigint[], ${leaves}::bigint[], ${factors}::float8[])
    as part (part_id, leaf_id, factor) on part.part_id = ${seriesId}`;
}

function asOneLeaf(sql: string, parts: readonly EarlierPart[], values: unknown[]): string {
  if (parts.length === 0) return sql;
  const join = joinParts(parts, values, 'own.series_id');
  const scaled = (column: string) => `own.${column} * coalesce(part.factor, 1) as ${column}`;
  return `select coalesce(part.leaf_id, own.series_id) as series_id, ms, end_ms, n, ${scaled('lo')}, lo_ms,
      ${scaled('hi')}, hi_ms, ${scaled('mean')}, ${scaled('total')}, weight, ${scaled('last')}
    from (${sql}) as own ${join}`;
}

/**
 * dBm to mW, as SQL. Beyond ±2,900 dBm, which some optics say where there is no light, neither the power nor a sum of
 * such powers would be a float8, and one such value would cost the whole panel.
 */
export function milliwatts(level: string): string {
  return `power(10, greatest(-2900, least(2900, ${level})) / 10)`;
}

/**
 * Rounded to the microsecond that it is: exact until the year 2106, and up to a microsecond off later. The numeric
 * arithmetic of `extract` would take as long as everything else together.
 */
export const epochMs = (time: string) => `round(date_part('epoch', ${time}) * 1e6) / 1000`;
/** For whole seconds, which float8 holds exactly. */
const wholeEpochMs = (time: string) => `date_part('epoch', ${time}) * 1000`;

function rawPiece({ measure, average }: RowsWanted, within: string): string {
  const rate = measure === 'rate';
  const mean = rate ? 'delta / span_ms * 1000' : 'value';
  const linear = average === 'milliwatt' && !rate ? milliwatts('value') : null;
  return `select series_id, ms, ms as end_ms, 1::float8 as n, mean as lo, ms as lo_ms, mean as hi, ms as hi_ms,
      mean, ${linear ?? (rate ? 'delta * 1000' : 'value')} as total, ${rate ? 'span_ms::float8' : '1::float8'} as weight,
      value as last
    from (select series_id, ${epochMs('time')} as ms, value, delta, span_ms, ${mean} as mean
      from sample where ${within} ${rate ? 'and delta is not null and span_ms > 0' : ''}) as raw`;
}

/**
 * Where in a bucket the extremes were is not known: they stand at a quarter and three quarters of it, so that both have
 * a time of their own.
 */
function rollupPiece(wanted: RowsWanted, tier: RollupTier, within: string): string {
  const fromMs = dateWithin(wanted.range.fromMs).getTime();
  const toMs = dateWithin(wanted.range.toMs).getTime();
  const ms = wholeEpochMs('bucket');
  const own = wanted.measure === 'rate' ? rateColumns : valueColumns[wanted.average];
  const at = (share: number) => `begin_ms + (end_ms - begin_ms) * ${share}`;
  return `select series_id, ms, end_ms, n, lo, ${at(0.25)} as lo_ms, hi, ${at(0.75)} as hi_ms,
      mean, total, weight, last
    from (select series_id, ${ms} as ms, greatest(${ms}, ${fromMs}) as begin_ms,
        least(${ms} + ${tierMs[tier]}, ${toMs}) as end_ms, kept.count::float8 as n, ${own.columns}, kept.last as last
      from ${rollupTables[tier]} as kept where ${within} and ${own.some}) as rolled`;
}

const rateColumns = {
  columns: `rate_min as lo, rate_max as hi, increase * 1000 / covered_ms as mean, increase * 1000 as total,
        covered_ms::float8 as weight`,
  some: 'covered_ms > 0',
};

const extremes = `kept.min as lo, kept.max as hi, kept.sum / kept.count as mean`;

const valueColumns: Readonly<Record<UnitFacts['average'], { columns: string; some: string }>> = {
  arithmetic: {
    columns: `${extremes}, kept.sum as total, kept.count::float8 as weight`,
    some: 'kept.count > 0',
  },
  milliwatt: {
    columns: `${extremes}, kept.count * ${milliwatts('kept.sum / kept.count')} as total, kept.count::float8 as weight`,
    some: 'kept.count > 0',
  },
};
