/**
 * Drops old chunks of hypertables and continuous aggregates, as far as they are rolled up. TimescaleDB's own retention
 * policies look at nothing, so there are none.
 */
import type { Pool } from 'pg';
import { lockRollups, moveCutWithin, readCut } from '../rollup/rollup-refresh.ts';
import type { Queryable } from '../connection/queryable.ts';
import { transaction } from '../connection/transaction.ts';
import type { TimeSpan } from '../partition/partition-plan.ts';
import { dropChunks } from './hypertable.ts';
import { NotRolledUp, type RollupGuard } from './rolled-up.ts';
import { isPassing, type Patience, tryAgain } from './try-again.ts';
import { wholeFrom } from './whole-days.ts';

export interface Chunk extends TimeSpan {
  /** Schema and name, quoted. */
  readonly name: string;
}

/** Each costs several locks, and all of a transaction are held until its end. */
const chunksAtOnce = 20;

/**
 * Shorter than the time after which the server looks for a deadlock: whoever else works on a chunk, a policy above all,
 * is never the one that is ended.
 */
const shortLockTimeout = `set local lock_timeout = '500ms'`;

export async function dropOldChunks(
  pool: Pool,
  { table, cutMs, guard }: { table: string; cutMs: number; guard: RollupGuard },
  patience: Patience = {},
): Promise<string[]> {
  const dropped: string[] = [];
  for (const { chunks, toMs } of pieces(await listChunks(pool, table), cutMs)) {
    const span = { fromMs: await refreshableFrom(pool, table), toMs };
    const drop = async () => {
      await guard.bringUp(table, span);
      return dropPiece(pool, { table, chunks, span, guard });
    };
    dropped.push(...(await tryAgain(drop, { isPassing: mayPass, ...patience })));
  }
  return dropped;
}

function mayPass(error: unknown): boolean {
  return isPassing(error) || error instanceof NotRolledUp;
}

/** What lies before is gone, or partly so; a refresh must not reach there. Infinity where there is nothing. */
export async function refreshableFrom(db: Queryable, table: string): Promise<number> {
  const oldestMs = (await listChunks(db, table))[0]?.fromMs ?? Infinity;
  return Math.max(wholeFrom(await readCut(db, table)), oldestMs);
}

interface Piece {
  readonly chunks: readonly Chunk[];
  /** Where a day begins: a bucket of any rollup then has all of its source, or none. */
  readonly toMs: number;
}

/** What ends before the cut, some days at a time. */
export function pieces(chunks: readonly Chunk[], cutMs: number): Piece[] {
  const found: Piece[] = [];
  let open: Chunk[] = [];
  for (const [at, chunk] of chunks.entries()) {
    const toMs = wholeFrom(chunk.toMs);
    if (toMs > cutMs) break;
    open.push(chunk);
    const next = chunks[at + 1];
    const dayEnds = next === undefined || wholeFrom(next.toMs) > toMs;
    const last = next === undefined || wholeFrom(next.toMs) > cutMs;
    if (!last && (!dayEnds || open.length < chunksAtOnce)) continue;
    found.push({ chunks: open, toMs });
    open = [];
  }
  return found;
}

function dropPiece(
  pool: Pool,
  {
    table,
    chunks,
    span,
    guard,
  }: { table: string; chunks: readonly Chunk[]; span: TimeSpan; guard: RollupGuard },
): Promise<string[]> {
  const drop = async (client: Queryable) => {
    await lockChunks(client, chunks);
    // Whoever was writing to them has committed now.
    await guard.check(client, table, span);
    await moveCutWithin(client, table, span.toMs);
    return dropChunks(client, table, span.toMs);
  };
  return transaction(pool, drop, { maxTries: 1 });
}

/** Before anything else is locked. */
export async function lockChunks(db: Queryable, chunks: readonly Chunk[]): Promise<void> {
  await db.query(shortLockTimeout);
  await lockRollups(db);
  const names = chunks.map(({ name }) => `only ${name}`);
  if (names.length > 0) await db.query(`lock table ${names.join(', ')} in access exclusive mode`);
}

/** Oldest first; of a hypertable or of an aggregate's rows. */
export async function listChunks(db: Queryable, table: string): Promise<Chunk[]> {
  const { rows } = await db.query<Chunk>(
    `select format('%I.%I', chunk_schema, chunk_name) as name, range_start as "fromMs", range_end as "toMs"
     from timescaledb_information.chunks chunk
     where chunk.hypertable_name = coalesce(
       (select materialization_hypertable_name from timescaledb_information.continuous_aggregates
        where view_name = $1), $1)
     order by range_start`,
    [table],
  );
  return rows;
}
