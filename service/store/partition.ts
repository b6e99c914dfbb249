/**
 * Native range partitions by whole UTC days, made ahead of time, dropped when old. Rows whose time lies in no partition
 * go to the default one; nothing is refused for its time.
 */
import type { Pool } from 'pg';
import type { Queryable } from './queryable.ts';
import type { TimeTable } from './storage-tables.ts';
import { transaction } from './transaction.ts';

export const dayMs = 86_400_000;
/** So many days after today are ready at least; a program that is off for a weekend is covered. */
const daysAhead = 3;

/** `sample_p20261121` */
export function partitionName(table: string, startMs: number): string {
  return `${table}_p${isoDay(startMs).replaceAll('-', '')}`;
}

function isoDay(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

/** Start of the partition named; null for the default partition. */
export function startOfPartition(name: string): number | null {
  const parts = /_p(\d{4})(\d{2})(\d{2})$/.exec(name);
  return parts === null ? null : Date.UTC(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3]));
}

/** Makes the partition before this one, this one, and those ahead; answers the names made now. */
export async function makePartitions(
  pool: Pool,
  table: TimeTable,
  nowMs: number,
): Promise<string[]> {
  const made: string[] = [];
  const there = await existingPartitions(pool, table);
  for (const start of wantedStarts(table, nowMs)) {
    const name = partitionName(table.name, start);
    if (!there.has(name) && (await makePartition(pool, table, start))) made.push(name);
  }
  return made;
}

function wantedStarts(table: TimeTable, nowMs: number): number[] {
  const lengthMs = table.partitionDays * dayMs;
  const first = cutOf(table, nowMs) - lengthMs;
  const ahead = Math.ceil(daysAhead / table.partitionDays);
  return Array.from({ length: ahead + 2 }, (_, index) => first + index * lengthMs);
}

/** The last border between partitions that is not after the time given. */
export function cutOf({ partitionDays }: TimeTable, ms: number): number {
  const lengthMs = partitionDays * dayMs;
  return Math.floor(ms / lengthMs) * lengthMs;
}

async function existingPartitions(db: Queryable, table: TimeTable): Promise<Set<string>> {
  const { rows } = await db.query<{ name: string }>(
    `select child.relname as name from pg_inherits
     join pg_class child on child.oid = inhrelid
     where inhparent = $1::regclass`,
    [table.name],
  );
  return new Set(rows.map(({ name }) => name));
}

/**
 * Made aside and attached, which locks out neither readers nor writers of other partitions for long. Rows of that time
 * that were put into the default partition meanwhile move along. False when another node was faster.
 */
function makePartition(pool: Pool, table: TimeTable, startMs: number): Promise<boolean> {
  const name = partitionName(table.name, startMs);
  const from = `'${isoDay(startMs)} 00:00:00+00'::timestamptz`;
  const to = `'${isoDay(startMs + table.partitionDays * dayMs)} 00:00:00+00'::timestamptz`;
  const column = table.timeColumn;
  return transaction(pool, async (client) => {
    await client.query(`select pg_advisory_xact_lock(hashtext('nocturne_partitions'))`);
    if ((await existingPartitions(client, table)).has(name)) return false;
    await client.query(
      `create table ${name} (like ${table.name} including defaults including constraints)`,
    );
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
  return [...(await existingPartitions(db, table))].filter((name) => {
    const start = startOfPartition(name);
    return start !== null && start + table.partitionDays * dayMs <= cutMs;
  });
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
