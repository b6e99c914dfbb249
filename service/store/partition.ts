/**
 * Native range partitions, made ahead of time, dropped when old. Their borders are asked of the catalogue: lengths may
 * have changed since. Rows whose time lies in no partition go to the default one; nothing is refused for its time.
 */
import type { Pool } from 'pg';
import { missingSpans, type TimeSpan } from './partition-plan.ts';
import type { Queryable } from './queryable.ts';
import type { TimeTable } from './storage-tables.ts';
import { transaction } from './transaction.ts';

export const dayMs = 86_400_000;
/** So many days after today are ready at least; a program that is off for a weekend is covered. */
const daysAhead = 3;
/** Short partitions are many, and every plan has to look at each. */
const daysAheadOfShort = 1;

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

/**
 * Makes the partition before this one, this one, and those ahead, as far as others do not cover that time; answers the
 * names made now.
 * @param lengthMs where it differs from the table's own
 */
export async function makePartitions(
  pool: Pool,
  table: TimeTable,
  nowMs: number,
  lengthMs = table.partitionDays * dayMs,
): Promise<string[]> {
  const made: string[] = [];
  const wanted = wantedSpan(table, nowMs, lengthMs);
  const there = await listPartitions(pool, table.name);
  for (const span of missingSpans(there, wanted, lengthMs)) {
    if (await makePartition(pool, table, span)) made.push(partitionName(table.name, span));
  }
  return made;
}

function wantedSpan(table: TimeTable, nowMs: number, lengthMs: number): TimeSpan {
  const tableMs = table.partitionDays * dayMs;
  const days = lengthMs < tableMs ? daysAheadOfShort : daysAhead;
  const present = cutOf(table, nowMs);
  const ahead = Math.ceil(days / table.partitionDays);
  return { fromMs: present - tableMs, toMs: present + (ahead + 1) * tableMs };
}

/** The last border between partitions that is not after the time given. */
export function cutOf({ partitionDays }: TimeTable, ms: number): number {
  const lengthMs = partitionDays * dayMs;
  return Math.floor(ms / lengthMs) * lengthMs;
}

/** All but the default one. */
export async function listPartitions(db: Queryable, table: string): Promise<Partition[]> {
  const { rows } = await db.query<Partition>(
    `select child.relname as name, ${borders} from pg_inherits
     join pg_class child on child.oid = inhrelid
     where inhparent = $1::regclass and pg_get_expr(child.relpartbound, child.oid) <> 'DEFAULT'`,
    [table],
  );
  return rows;
}

const bound = (word: string) =>
  `substring(pg_get_expr(child.relpartbound, child.oid) from '${word} \\(''([^'']+)''\\)')::timestamptz`;
/** Columns of a partition `child`; null for the default one. */
export const borders = `${bound('FROM')} as "fromMs", ${bound('TO')} as "toMs"`;

/**
 * Made aside and attached, which locks out neither readers nor writers of other partitions for long. Rows of that time
 * that were put into the default partition meanwhile move along. False when another node was faster.
 */
function makePartition(pool: Pool, table: TimeTable, span: TimeSpan): Promise<boolean> {
  const name = partitionName(table.name, span);
  const from = `'${new Date(span.fromMs).toISOString()}'::timestamptz`;
  const to = `'${new Date(span.toMs).toISOString()}'::timestamptz`;
  const column = table.timeColumn;
  return transaction(pool, async (client) => {
    await client.query(`select pg_advisory_xact_lock(hashtext('nocturne_partitions'))`);
    const there = await listPartitions(client, table.name);
    if (there.some(({ fromMs, toMs }) => fromMs < span.toMs && span.fromMs < toMs)) return false;
    await client.query(
      `create table ${name} (like ${table.name} including defaults including constraints)`,
    );
    // Everybody who reads the table waits behind this; a dump holds its locks for as long as it runs.
    await client.query(`set local lock_timeout = '2s'`);
    await client.query(`lock table ${table.name}_default in access exclusive mode`);
    await client.query(
      `with moved as
         (delete from ${table.name}_default where ${column} >= ${from} and ${column} < ${to} returning *)
       insert into ${name} select * from moved`,
    );
    await client.query(
      `alter table ${table.name} attach partition ${name} for values from (${from}) to (${to})`,
    );
    return true;
  });
}

/** Names of the partitions that lie wholly before the cut. */
export async function partitionsBefore(
  db: Queryable,
  table: TimeTable,
  cutMs: number,
): Promise<string[]> {
  const partitions = await listPartitions(db, table.name);
  return partitions.filter(({ toMs }) => toMs <= cutMs).map(({ name }) => name);
}

/** Drops a partition; `rescue` may copy rows of the detached table first. */
export function dropPartition(
  pool: Pool,
  table: TimeTable,
  drop: { name: string; rescue?: string | undefined },
): Promise<void> {
  return transaction(pool, async (client) => {
    await client.query(`set local lock_timeout = '10s'`);
    await client.query(`alter table ${table.name} detach partition ${drop.name}`);
    if (drop.rescue !== undefined) await client.query(drop.rescue);
    await client.query(`drop table ${drop.name}`);
  });
}
