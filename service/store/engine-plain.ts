/**
 * Storage on plain PostgreSQL: native range partitions by UTC day, made ahead of time, dropped when old. Rows whose
 * time lies in no partition go to the default one; nothing is refused for its time.
 */
import type { Pool } from 'pg';
import type { Queryable } from './queryable.ts';
import type { StorageEngine, TableSize } from './storage-engine.ts';
import { transaction } from './transaction.ts';

const partitionedTables = ['sample', 'sample_text', 'event'] as const;
type PartitionedTable = (typeof partitionedTables)[number];

const dayMs = 86_400_000;
/** So many whole days after today have their partition ready; a program that is off for a weekend is covered. */
const daysAhead = 3;

export function createPlainEngine(pool: Pool): StorageEngine {
  return {
    name: 'plain',
    prepare: (nowMs) => prepare(pool, nowMs),
    dropOld: (cut) => dropOld(pool, cut),
    sizes: () => sizes(pool),
  };
}

/** `sample_p20261121` */
export function partitionName(table: string, dayStartMs: number): string {
  return `${table}_p${isoDay(dayStartMs).replaceAll('-', '')}`;
}

function isoDay(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

function dayStart(ms: number): number {
  return Math.floor(ms / dayMs) * dayMs;
}

async function prepare(pool: Pool, nowMs: number): Promise<string[]> {
  const made: string[] = [];
  const first = dayStart(nowMs) - dayMs;
  const days = Array.from({ length: daysAhead + 2 }, (_, index) => first + index * dayMs);
  for (const table of partitionedTables) {
    const there = await existingPartitions(pool, table);
    for (const day of days.filter((start) => !there.has(partitionName(table, start)))) {
      if (await makePartition(pool, table, day)) made.push(partitionName(table, day));
    }
  }
  return made;
}

async function existingPartitions(db: Queryable, table: PartitionedTable): Promise<Set<string>> {
  const { rows } = await db.query<{ name: string }>(
    `select child.relname as name from pg_inherits
     join pg_class child on child.oid = inhrelid
     where inhparent = $1::regclass`,
    [table],
  );
  return new Set(rows.map(({ name }) => name));
}

/**
 * Made aside and attached, which locks out neither readers nor writers of other partitions for long. Rows of that day
 * that were put into the default partition meanwhile move along. False when another node was faster.
 */
function makePartition(pool: Pool, table: PartitionedTable, dayStartMs: number): Promise<boolean> {
  const name = partitionName(table, dayStartMs);
  const from = `'${isoDay(dayStartMs)} 00:00:00+00'::timestamptz`;
  const to = `'${isoDay(dayStartMs + dayMs)} 00:00:00+00'::timestamptz`;
  return transaction(pool, async (client) => {
    await client.query(`select pg_advisory_xact_lock(hashtext('nocturne_partitions'))`);
    if ((await existingPartitions(client, table)).has(name)) return false;
    await client.query(
      `create table ${name} (like ${table} including defaults including constraints)`,
    );
    await client.query(`lock table ${table}_default in access exclusive mode`);
    await client.query(
      `with moved as (delete from ${table}_default where time >= ${from} and time < ${to} returning *)
       insert into ${name} select * from moved`,
    );
    await client.query(
      `alter table ${table} attach partition ${name} for values from (${from}) to (${to})`,
    );
    return true;
  });
}

async function dropOld(
  pool: Pool,
  cut: { samplesBeforeMs: number; eventsBeforeMs: number },
): Promise<string[]> {
  const dropped: string[] = [];
  for (const table of partitionedTables) {
    const beforeMs = table === 'event' ? cut.eventsBeforeMs : cut.samplesBeforeMs;
    for (const name of await existingPartitions(pool, table)) {
      const day = dayOfPartition(name);
      if (day === null || day + dayMs > beforeMs) continue;
      await dropPartition(pool, table, name);
      dropped.push(name);
    }
    await pruneDefault(pool, table, beforeMs);
  }
  return dropped;
}

/** Start of the day a partition holds; null for the default partition. */
function dayOfPartition(name: string): number | null {
  const parts = /_p(\d{4})(\d{2})(\d{2})$/.exec(name);
  return parts === null ? null : Date.UTC(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3]));
}

function dropPartition(pool: Pool, table: PartitionedTable, name: string): Promise<void> {
  return transaction(pool, async (client) => {
    await client.query(`set local lock_timeout = '10s'`);
    await client.query(`alter table ${table} detach partition ${name}`);
    if (table === 'sample_text') {
      // The newest text of a series outlives the cut: a port that has been up for a year must still be up.
      await client.query(
        `insert into sample_text_default
         select distinct on (old.series_id) old.* from ${name} old order by old.series_id, old.time desc`,
      );
    }
    await client.query(`drop table ${name}`);
  });
}

/** What lies before the cut in the default partition; of texts all but the newest of each series. */
async function pruneDefault(
  db: Queryable,
  table: PartitionedTable,
  beforeMs: number,
): Promise<void> {
  const newer = `exists (select from sample_text_default newer
    where newer.series_id = old.series_id and newer.time > old.time and newer.time < $1)`;
  await db.query(
    `delete from ${table}_default old where old.time < $1 ${table === 'sample_text' ? `and ${newer}` : ''}`,
    [new Date(beforeMs)],
  );
}

async function sizes(db: Queryable): Promise<TableSize[]> {
  const { rows } = await db.query<TableSize>(
    `select parent.relname as table, count(*)::int as partitions,
       sum(pg_total_relation_size(child.oid))::bigint as bytes,
       sum(greatest(child.reltuples, 0))::float8 as "estimatedRows"
     from pg_inherits
     join pg_class child on child.oid = inhrelid
     join pg_class parent on parent.oid = inhparent
     where parent.relkind = 'p' and parent.relname = any($1)
     group by parent.relname order by parent.relname`,
    [partitionedTables],
  );
  return rows;
}
