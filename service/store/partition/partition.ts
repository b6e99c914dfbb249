/**
 * Native range partitions, made ahead of time (`partition-making.ts`), dropped when old. Their borders are asked of the
 * catalogue: lengths may have changed since. Rows whose time lies in no partition go to the default one; nothing is
 * refused for its time.
 */
import type { Pool } from 'pg';
import { errorCodeOf, isUnreachable } from '../connection/database-error.ts';
import type { TimeSpan } from './partition-plan.ts';
import type { Queryable } from '../connection/queryable.ts';
import type { TimeTable } from '../storage/storage-tables.ts';
import { transaction } from '../connection/transaction.ts';

export const dayMs = 86_400_000;

export interface Partition extends TimeSpan {
  readonly name: string;
}

/** Of whole days `sample_p20261121`, of others `sample_p20261121_0215`: no two that exist at once share a name. */
export function partitionName(table: string, { fromMs, toMs }: TimeSpan): string {
  const [day, time] = new Date(fromMs).toISOString().split('T') as [string, string];
  const whole = fromMs % dayMs === 0 && toMs % dayMs === 0;
  const digits = (text: string) => text.replace(/[-:]/g, '');
  return `${table}_p${digits(day)}${whole ? '' : `_${digits(time.slice(0, 5))}`}`;
}

/** The last border between partitions that is not after the time given. */
export function cutOf({ partitionDays }: TimeTable, ms: number): number {
  const lengthMs = partitionDays * dayMs;
  return Math.floor(ms / lengthMs) * lengthMs;
}

/** All but the default one, whose border is not even asked for: that would wait for whoever locks it. */
export async function listPartitions(db: Queryable, table: string): Promise<Partition[]> {
  const { rows } = await db.query<Partition>(
    `select child.relname as name, ${borders} from pg_inherits
     join pg_partitioned_table on partrelid = inhparent
     join pg_class child on child.oid = inhrelid
     where inhparent = $1::regclass and inhrelid <> partdefid`,
    [table],
  );
  return rows;
}

const bound = (word: string) =>
  `substring(pg_get_expr(child.relpartbound, child.oid) from '${word} \\(''([^'']+)''\\)')::timestamptz`;
/** Columns of a partition `child`; null for the default one. */
export const borders = `${bound('FROM')} as "fromMs", ${bound('TO')} as "toMs"`;

/** For the rest of a transaction: everybody who uses the table waits behind one that waits; a dump holds its locks long. */
export const lockTimeout = `set local lock_timeout = '2s'`;
const lockNotAvailable = '55P03';
const queryCanceled = '57014';

/** A sentence for a table that somebody held; other errors pass unchanged. */
export function heldTable(table: TimeTable, error: unknown): unknown {
  if (errorCodeOf(error) !== lockNotAvailable) return error;
  return waitingError(
    table,
    error,
    'somebody has been reading it for more than 2 s, perhaps a dump',
  );
}

/** A sentence for a default partition that is too large; other errors pass unchanged. */
export function largeDefault(table: TimeTable, error: unknown): unknown {
  if (errorCodeOf(error) !== queryCanceled) return error;
  const reason = `${table.name}_default takes too long to look through; rows there can be deleted by hand`;
  return waitingError(table, error, reason);
}

function waitingError(table: TimeTable, cause: unknown, reason: string): Error {
  const told = `partitions of ${table.name} have to wait: ${reason}`;
  return Object.assign(new Error(told, { cause }), { code: errorCodeOf(cause) });
}

/** Whoever holds one partition's table keeps the next from being attached or detached, too. */
export function endsAtHeld(problem: unknown): boolean {
  return isUnreachable(problem) || [lockNotAvailable, queryCanceled].includes(errorCodeOf(problem));
}

/** The partitions that lie wholly before the cut, oldest first. */
export async function partitionsBefore(
  db: Queryable,
  table: TimeTable,
  cutMs: number,
): Promise<Partition[]> {
  const partitions = await listPartitions(db, table.name);
  return partitions
    .filter(({ toMs }) => toMs <= cutMs)
    .sort((one, other) => one.fromMs - other.fromMs);
}

export interface PartitionDrop {
  readonly name: string;
  /** What others lock before they touch the table. */
  readonly lockBefore: (db: Queryable) => Promise<void>;
  /** With the table detached, so that nobody writes to it any more; where it throws, everything stays. */
  readonly lastWords: (db: Queryable) => Promise<void>;
}

export async function dropPartition(
  pool: Pool,
  table: TimeTable,
  { name, lockBefore, lastWords }: PartitionDrop,
): Promise<void> {
  const dropped = transaction(pool, async (client) => {
    await lockBefore(client);
    await client.query(lockTimeout);
    await client.query(`alter table ${table.name} detach partition ${name}`);
    await lastWords(client);
    await client.query(`drop table ${name}`);
  });
  await dropped.catch((error: unknown) => {
    throw heldTable(table, error);
  });
}
