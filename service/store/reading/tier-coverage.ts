/**
 * What a plan has to know of the store: which rollups hold what of a range and what they have still to compute, and how
 * dense the samples are. Cheap index probes.
 */
import type { SeriesId } from '../../../core/id.ts';
import type { Coverages, TierCoverage } from '../../../core/query/tier-plan.ts';
import {
  ceilTo,
  floorTo,
  tierMs,
  tiers,
  type RollupTier,
  type TierReach,
} from '../../../core/query/tier.ts';
import { joinRanges, type TimeRange } from '../../../core/query/time-range.ts';
import { blockSize } from '../rollup/rollup-mark.ts';
import { dateWithin, idList, rollupTables } from './measured-rows.ts';
import { queryOne, type Queryable } from '../connection/queryable.ts';

/** So many of the series stand for all of them. */
const maxProbes = 16;
const probeSamples = 64;
const spacingSamples = 16;
const spacingsNeeded = 3;

function spread(seriesIds: readonly SeriesId[]): SeriesId[] {
  if (seriesIds.length <= maxProbes) return [...seriesIds];
  const step = seriesIds.length / maxProbes;
  return Array.from({ length: maxProbes }, (_, at) => seriesIds[Math.floor(at * step)]!);
}

export interface CoverageWanted {
  /** Those that are there. */
  readonly rollups: readonly RollupTier[];
  readonly seriesIds: readonly SeriesId[];
  readonly range: TimeRange;
  /** Marks of what is older stand for no more than came late to what is gone. */
  readonly cutMs: TierReach;
}

interface CoverageRow {
  readonly tier: RollupTier;
  readonly oldestMs: number | null;
  readonly oldestWithinMs: number | null;
  readonly newestMs: number | null;
  readonly filled: boolean;
  /** Buckets with marks, newest first. */
  readonly markedMs: readonly number[];
}

/**
 * What rollups have of the range and after it, of the series probed; a tier that has only others' gives what the finer
 * tiers no longer keep. Empty tiers are missing. One statement: a few looks into indexes for each tier.
 */
export async function readCoverages(db: Queryable, wanted: CoverageWanted): Promise<Coverages> {
  const { rollups, seriesIds, cutMs } = wanted;
  if (rollups.length === 0) return {};
  const probed = spread(seriesIds);
  const ofAll = probed.length === seriesIds.length;
  const values: unknown[] = [idList(probed), `{${blocksOf(seriesIds).join(',')}}`];
  const statements = rollups.map((tier) => coverageSql(tier, wanted, values));
  const { rows } = await db.query<CoverageRow>(statements.join(' union all '), values);
  const stale = staleBuckets(rows, cutMs);
  return Object.fromEntries(
    rows.flatMap(({ tier, ...row }): [RollupTier, TierCoverage][] => {
      if (row.oldestMs === null) return row.filled && !ofAll ? [[tier, ofOthers]] : [];
      const { oldestMs, newestMs, oldestWithinMs } = row;
      const own = { oldestMs, newestMs: newestMs!, oldestWithinMs: oldestWithinMs ?? undefined };
      return [[tier, { ...own, ofAll, stale: stale[tier] }]];
    }),
  );
}

/** Nothing is known to be complete, so that finer tiers are believed as far as they are kept. */
const ofOthers: TierCoverage = { oldestMs: -Infinity, newestMs: -Infinity };

/** `values` gets what the statement needs besides $1, series, and $2, blocks of series. */
function coverageSql(tier: RollupTier, { range }: CoverageWanted, values: unknown[]): string {
  const table = rollupTables[tier];
  values.push(
    dateWithin(floorTo(range.fromMs, tierMs[tier])),
    dateWithin(ceilTo(range.fromMs, tierMs[tier])),
    dateWithin(ceilTo(range.toMs, tierMs[tier])),
  );
  const [from, within, to] = [2, 1, 0].map((back) => `$${values.length - back}::timestamptz`);
  const edge = (order: string) => `(select bucket from ${table} as kept
    where kept.series_id = wanted.id and bucket >= ${from} order by bucket ${order})`;
  // Two, for the range may cut the first one.
  return `(select '${tier}' as tier, min(oldest.bucket) as "oldestMs", max(newest.bucket) as "newestMs",
      min(oldest.bucket) filter (where oldest.bucket >= ${within}) as "oldestWithinMs",
      exists (select from ${table}) as filled,
      array(select (date_part('epoch', bucket) * 1000)::bigint from (select marked.bucket from unnest($2::int[]) as own (block)
        cross join lateral (select distinct bucket from rollup_mark mark where mark.tier = '${tier}'
          and mark.block = own.block and mark.bucket >= ${from} and mark.bucket < ${to}
          order by bucket desc limit ${mostMarked}) as marked) as stale
        group by bucket order by bucket desc limit ${mostMarked}) as "markedMs"
    from unnest($1::bigint[]) as wanted (id)
    left join lateral ${edge('asc limit 2')} as oldest on true
    left join lateral ${edge('desc limit 1')} as newest on true)`;
}

/** Buckets that are told one by one; before the oldest of so many all may be stale. */
const mostMarked = 1_000;
/** Of more blocks some stand for all. */
const maxBlocks = 512;

function blocksOf(seriesIds: readonly SeriesId[]): number[] {
  const blocks = [...new Set(seriesIds.map((id) => Math.floor(id / blockSize)))];
  const step = Math.max(1, blocks.length / maxBlocks);
  return blocks.filter((_, at) => Math.floor(at % step) === 0);
}

/** What a finer tier has still to compute every coarser one lacks as well. */
function staleBuckets(
  rows: readonly CoverageRow[],
  cutMs: TierReach,
): Readonly<Partial<Record<RollupTier, readonly TimeRange[]>>> {
  const stale: Partial<Record<RollupTier, readonly TimeRange[]>> = {};
  let finer: readonly TimeRange[] = [];
  for (const { tier, markedMs } of rows) {
    const source = tiers[tiers.indexOf(tier) - 1]!;
    const widthMs = tierMs[tier];
    const cut = ceilTo(cutMs[source], widthMs);
    const own = markedRanges(markedMs, widthMs)
      .filter(({ toMs }) => toMs > cut)
      .map(({ fromMs, toMs }) => ({ fromMs: Math.max(fromMs, cut), toMs }));
    const lacking = finer.map(({ fromMs, toMs }) => ({
      fromMs: floorTo(fromMs, widthMs),
      toMs: ceilTo(toMs, widthMs),
    }));
    finer = joinRanges([...own, ...lacking], mostStale);
    stale[tier] = finer;
  }
  return stale;
}

/** Each is a piece of the statement that reads. */
const mostStale = 8;

function markedRanges(markedMs: readonly number[], widthMs: number): TimeRange[] {
  const ranges = markedMs.map((fromMs) => ({ fromMs, toMs: fromMs + widthMs }));
  if (markedMs.length < mostMarked) return ranges;
  return [...ranges, { fromMs: -Infinity, toMs: markedMs.at(-1)! }];
}

/** Samples that all the series have in the range, estimated from how dense the newest ones of a few are. */
export async function estimateSamples(
  db: Queryable,
  seriesIds: readonly SeriesId[],
  range: TimeRange,
): Promise<number> {
  const probed = spread(seriesIds);
  const { rows } = await db.query<{ samples: number; spanMs: number }>(
    `select count(*) as samples,
       (extract(epoch from max(newest.time) - min(newest.time)) * 1000)::float8 as "spanMs"
     from unnest($1::bigint[]) as wanted (id)
     cross join lateral (select time from sample where series_id = wanted.id and time >= $2 and time < $3
       order by time desc limit ${probeSamples}) as newest
     group by wanted.id`,
    [idList(probed), dateWithin(range.fromMs), dateWithin(range.toMs)],
  );
  const lengthMs = range.toMs - range.fromMs;
  const sum = rows.reduce(
    (total, { samples, spanMs }) =>
      total + (samples < probeSamples ? samples : (lengthMs / Math.max(1, spanMs)) * samples),
    0,
  );
  return (sum / Math.max(1, probed.length)) * seriesIds.length;
}

/**
 * How far apart the samples of the sparsest of a few of the series usually are in the range or shortly before, by rows of
 * a minute where the samples are gone; 0 where it cannot be told. Of each the median of the newest spacings, if there are
 * some: outages do not count, nor do samples that came by chance.
 */
export async function usualSpacing(
  db: Queryable,
  { seriesIds, range, rollups }: Pick<CoverageWanted, 'seriesIds' | 'range' | 'rollups'>,
): Promise<number> {
  const spaced = await widestSpacing(db, { table: 'sample', time: 'time', seriesIds, range });
  if (spaced !== null || !rollups.includes('1m')) return spaced ?? 0;
  const minutes = { table: rollupTables['1m'], time: 'bucket', seriesIds, range };
  return (await widestSpacing(db, minutes)) ?? 0;
}

async function widestSpacing(
  db: Queryable,
  {
    table,
    time,
    seriesIds,
    range,
  }: { table: string; time: string; seriesIds: readonly SeriesId[]; range: TimeRange },
): Promise<number | null> {
  // A short range has few samples of each.
  const fromMs = range.fromMs - 3 * (range.toMs - range.fromMs);
  const { rows } = await db.query<{ spacingMs: number | null }>(
    `select max(usual) as "spacingMs"
     from unnest($1::bigint[]) as wanted (id)
     cross join lateral (
       select case when count(spacing) >= ${spacingsNeeded}
         then percentile_cont(0.5) within group (order by spacing) end as usual
       from (select date_part('epoch', lag(at) over (order by at desc) - at) * 1000 as spacing
         from (select ${time} as at from ${table} as kept
           where kept.series_id = wanted.id and ${time} >= $2 and ${time} < $3
           order by ${time} desc limit ${spacingSamples}) as newest) as spaced
     ) as own`,
    [idList(spread(seriesIds)), dateWithin(fromMs), dateWithin(range.toMs)],
  );
  return rows[0]?.spacingMs ?? null;
}

/** Whether a rollup has whole buckets of the series in the range: for where samples are missing that may once have been there. */
export async function holdsAny(
  db: Queryable,
  { seriesIds, range, rollups }: Pick<CoverageWanted, 'seriesIds' | 'range' | 'rollups'>,
): Promise<boolean> {
  const values: unknown[] = [idList(spread(seriesIds))];
  const held = rollups.flatMap((tier) => {
    const bounds = [ceilTo(range.fromMs, tierMs[tier]), floorTo(range.toMs, tierMs[tier])] as const;
    if (bounds[0] >= bounds[1]) return [];
    values.push(...bounds.map(dateWithin));
    return `exists (select from unnest($1::bigint[]) as wanted (id) cross join lateral (
      select from ${rollupTables[tier]} as kept where kept.series_id = wanted.id
        and bucket >= $${values.length - 1} and bucket < $${values.length} limit 1) as found)`;
  });
  if (held.length === 0) return false;
  const { any } = await queryOne<{ any: boolean }>(
    db,
    `select ${held.join(' or ')} as any`,
    values,
  );
  return any;
}
