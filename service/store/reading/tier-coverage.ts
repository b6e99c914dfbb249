/** What a plan has to know of the store: which rollups hold what, and how dense the samples are. Cheap index probes. */
import type { SeriesId } from '../../../core/id.ts';
import type { Coverages, TierCoverage } from '../../../core/query/tier-plan.ts';
import { tierMs, type RollupTier } from '../../../core/query/tier.ts';
import type { TimeRange } from '../../../core/query/time-range.ts';
import { dateWithin, idList, rollupTables } from './measured-rows.ts';
import type { Queryable } from '../connection/queryable.ts';

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

/** Rollups that are there, finest first; none before the storage was prepared for them. */
export async function listRollups(db: Queryable): Promise<RollupTier[]> {
  const { rows } = await db.query<{ tier: RollupTier }>(
    `select tier from unnest($1::text[], $2::text[]) with ordinality as wanted (tier, name, at)
     where to_regclass(name) is not null order by at`,
    [Object.keys(rollupTables), Object.values(rollupTables)],
  );
  return rows.map(({ tier }) => tier);
}

/**
 * From the oldest to the newest bucket of the series probed; a tier that has only others' gives what the finer tiers no
 * longer keep. Empty tiers are missing.
 */
export async function readCoverages(
  db: Queryable,
  rollups: readonly RollupTier[],
  seriesIds: readonly SeriesId[],
): Promise<Coverages> {
  if (rollups.length === 0) return {};
  const edge = (tier: RollupTier, order: 'asc' | 'desc') =>
    `lateral (select bucket from ${rollupTables[tier]} as kept where kept.series_id = wanted.id
       order by bucket ${order} limit 1)`;
  const { rows } = await db.query<TierCoverage & { tier: RollupTier }>(
    rollups
      .map(
        (
          tier,
        ) => `select '${tier}' as tier, min(oldest.bucket) as "oldestMs", max(newest.bucket) as "newestMs"
          from unnest($1::bigint[]) as wanted (id)
          cross join ${edge(tier, 'asc')} as oldest cross join ${edge(tier, 'desc')} as newest
          having count(*) > 0`,
      )
      .join(' union all '),
    [idList(spread(seriesIds))],
  );
  const lagging = await readLagging(db, rows);
  const known = rows.map(({ tier, oldestMs, newestMs }): [RollupTier, TierCoverage] => [
    tier,
    { oldestMs, newestMs: Math.min(newestMs, lagging.get(tier) ?? newestMs) },
  ]);
  const others = rollups.filter((tier) => rows.every((row) => row.tier !== tier));
  const filled = await listFilled(db, others);
  return Object.fromEntries([...known, ...filled.map((tier) => [tier, ofOthers] as const)]);
}

/** Nothing is known to be complete, so that finer tiers are believed as far as they are kept. */
const ofOthers: TierCoverage = { oldestMs: -Infinity, newestMs: -Infinity };

/** Tiers that hold anything at all. */
async function listFilled(db: Queryable, rollups: readonly RollupTier[]): Promise<RollupTier[]> {
  if (rollups.length === 0) return [];
  const { rows } = await db.query<{ tier: RollupTier }>(
    rollups
      .map((tier) => `select '${tier}' as tier where exists (select from ${rollupTables[tier]})`)
      .join(' union all '),
  );
  return rows.map(({ tier }) => tier);
}

/** So many buckets before the newest a rollup that lags behind is noticed; older ones await late samples only. */
const lagBuckets = 100;

/** The oldest bucket of each tier that is still to be computed. */
async function readLagging(
  db: Queryable,
  newest: readonly { tier: RollupTier; newestMs: number }[],
): Promise<Map<RollupTier, number>> {
  const { rows: marks } = await db.query<{ there: boolean }>(
    `select to_regclass('rollup_mark') is not null as there`,
  );
  if (marks[0]?.there !== true) return new Map();
  const { rows } = await db.query<{ tier: RollupTier; bucketMs: number }>(
    // One look into the index of marks each, however many wait.
    `select tier, oldest.bucket as "bucketMs"
     from unnest($1::text[], $2::timestamptz[]) as noticed (tier, since)
     cross join lateral (select bucket from rollup_mark mark
       where mark.tier = noticed.tier and mark.bucket >= noticed.since order by bucket limit 1
     ) as oldest`,
    [
      newest.map(({ tier }) => tier),
      newest.map(({ tier, newestMs }) => dateWithin(newestMs - lagBuckets * tierMs[tier])),
    ],
  );
  return new Map(rows.map(({ tier, bucketMs }) => [tier, bucketMs]));
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
  seriesIds: readonly SeriesId[],
  range: TimeRange,
): Promise<number> {
  const rollups = await listRollups(db);
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
