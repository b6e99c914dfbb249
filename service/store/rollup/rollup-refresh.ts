/**
 * The rollup job of plain storage. From fine to coarse it takes marks, recomputes exactly their buckets from the tier
 * below, and marks the coarser buckets they lie in; each piece is one short transaction, all or nothing.
 */
import type { Pool } from 'pg';
import type { Queryable } from '../connection/queryable.ts';
import { arrayByTime, columnsFromRollup, columnsFromSamples } from './rollup-columns.ts';
import {
  blockSize,
  lastPlace,
  type Mark,
  markColumns,
  type MarkPlace,
  passMarks,
  takeMarks,
} from './rollup-mark.ts';
import { rollupTiers, type RollupTier } from '../storage/storage-tables.ts';
import { transaction } from '../connection/transaction.ts';

export interface RefreshOptions {
  readonly signal?: AbortSignal | undefined;
  /** Only what begins before this time, of each tier. */
  readonly beforeMs?: (tier: RollupTier) => number;
  /** Times 256 series: a second of work or less. */
  readonly marksAPiece?: number;
  /** Then the coarser tiers have their turn, and what is newer than the last piece: a backlog may take hours. */
  readonly piecesARound?: number;
}

/** Answers how many blocks of buckets were recomputed. Stops between two pieces when the signal is aborted. */
export async function refreshByMarks(
  pool: Pool,
  nowMs: number,
  options: RefreshOptions = {},
): Promise<number> {
  const { signal, beforeMs = () => Infinity, marksAPiece = 256, piecesARound = 128 } = options;
  let refreshed = 0;
  for (;;) {
    let goesOn = false;
    for (const [level, tier] of rollupTiers.entries()) {
      const next = rollupTiers[level + 1];
      const limits = { beforeMs, marksAPiece, piecesARound, signal };
      const { taken, isLeft } = await refreshRound(pool, { tier, next, nowMs, ...limits });
      refreshed += taken;
      goesOn ||= isLeft;
    }
    if (!goesOn || signal?.aborted === true) return refreshed;
  }
}

interface Round extends Required<RefreshOptions> {
  readonly tier: RollupTier;
  readonly next: RollupTier | undefined;
  readonly nowMs: number;
}

/** One piece after the other, newest first, until there is none or the round is over. */
async function refreshRound(
  pool: Pool,
  round: Round,
): Promise<{ readonly taken: number; readonly isLeft: boolean }> {
  let taken = 0;
  let after: MarkPlace = { bucketMs: round.beforeMs(round.tier), block: 0 };
  for (let piece = 0; piece < round.piecesARound; piece += 1) {
    if (round.signal?.aborted === true) break;
    const marks = await refreshPiece(pool, { ...round, after });
    taken += marks.length;
    if (marks.length < round.marksAPiece) return { taken, isLeft: false };
    after = lastPlace(marks);
  }
  return { taken, isLeft: true };
}

function refreshPiece(
  pool: Pool,
  { tier, next, nowMs, marksAPiece, after }: Round & { after: MarkPlace },
): Promise<readonly Mark[]> {
  return transaction(pool, async (client) => {
    await lockRollups(client);
    const marks = await takeMarks(client, tier, { nowMs, limit: marksAPiece, after });
    // A statement of its own, after the marks were taken: its snapshot holds whatever they stand for.
    if (marks.length > 0) {
      await recompute(client, tier, marks);
      await passMarks(client, marks, next);
    }
    return marks;
  });
}

/** One refresh, or one move of a cut, at a time; until the end of the transaction. */
export async function lockRollups(db: Queryable): Promise<void> {
  await db.query(`select pg_advisory_xact_lock(hashtext('nocturne_rollups'))`);
}

async function recompute(db: Queryable, tier: RollupTier, marks: readonly Mark[]): Promise<void> {
  const times = marks.map(({ bucketMs }) => bucketMs);
  // The bounds of all buckets besides each one's own let the planner leave out partitions.
  await db.query(recomputeStatement(tier), [
    ...markColumns(marks),
    new Date(Math.min(...times)),
    new Date(Math.max(...times) + tier.bucketMs),
    tier.source,
  ]);
}

/**
 * Before the cut of its source a bucket has only what came late: where that is more than was rolled up (a history that was
 * imported) it counts, and else it must not wear away what is known.
 */
function recomputeStatement({ name, tier, source, bucketMs }: RollupTier): string {
  const raw = tier === '1m';
  const time = raw ? 'time' : 'bucket';
  const columns = raw ? columnsFromSamples(arrayByTime) : columnsFromRollup(arrayByTime);
  const names = columns.map(([column]) => column);
  return `insert into ${name} as kept (series_id, bucket, ${names.join(', ')})
    select id, mark.bucket, rolled.*
    from unnest($1::timestamptz[], $2::int[]) as mark (bucket, block)
    cross join generate_series(0, ${blockSize - 1}) as place
    cross join lateral (select mark.block::bigint * ${blockSize} + place as id) as series
    cross join lateral (
      select ${columns.map(([, expression]) => expression).join(', ')}
      from ${source} source
      where source.series_id = series.id and source.${time} >= mark.bucket
        and source.${time} < mark.bucket + interval '${bucketMs} ms'
        and source.${time} >= $3 and source.${time} < $4
      having count(*) > 0
    ) as rolled
    on conflict (series_id, bucket) do update set
      ${names.map((column) => `${column} = excluded.${column}`).join(', ')}
      where excluded.count > kept.count or excluded.bucket >= coalesce(
        (select before from storage_cut where "table" = $5), '-infinity')`;
}

/** -Infinity where nothing was dropped yet. */
export async function readCut(db: Queryable, table: string): Promise<number> {
  const { rows } = await db.query<{ before: number }>(
    'select before from storage_cut where "table" = $1',
    [table],
  );
  return rows[0]?.before ?? -Infinity;
}

/**
 * From its commit on nothing older is recomputed from the table, so that dropping its rows never wears away what was
 * rolled up from them. A cut only ever moves on. Part of the transaction that drops the rows.
 */
export async function moveCutWithin(db: Queryable, table: string, beforeMs: number): Promise<void> {
  await lockRollups(db);
  await db.query(
    `insert into storage_cut as kept ("table", before) values ($1, $2)
     on conflict ("table") do update set before = greatest(kept.before, excluded.before)`,
    [table, new Date(beforeMs)],
  );
}
