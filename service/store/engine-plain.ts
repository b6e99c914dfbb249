/** Storage on plain PostgreSQL: native partitions, and rollup tables kept exact by a job. */
import type { Pool } from 'pg';
import { dayMs, dropPartition, makePartitions, partitionsBefore } from './partition.ts';
import { createPlainRollups, createPlainSamples } from './plain-tables.ts';
import type { Queryable } from './queryable.ts';
import type { Retention } from './retention-settings.ts';
import type { StorageEngine, TableSize } from './storage-engine.ts';
import {
  eventTable,
  rollupTiers,
  sampleTable,
  textTable,
  type TimeTable,
} from './storage-tables.ts';
import { lockStorage } from './storage-lock.ts';
import { transaction } from './transaction.ts';

const tables: readonly TimeTable[] = [sampleTable, textTable, eventTable, ...rollupTiers];

export function createPlainEngine(pool: Pool): StorageEngine {
  return {
    name: 'plain',
    rollupsBy: 'job',
    createStorage: () =>
      transaction(pool, async (client) => {
        await lockStorage(client);
        await createPlainSamples(client);
        await createPlainRollups(client);
      }),
    prepare: async (nowMs) => {
      const made: string[] = [];
      for (const table of tables) made.push(...(await makePartitions(pool, table, nowMs)));
      return made;
    },
    refreshRollups: () => Promise.resolve(0),
    dropOld: (nowMs, retention) => dropOld(pool, nowMs, retention),
    sizes: () => sizes(pool),
  };
}

async function dropOld(pool: Pool, nowMs: number, retention: Retention): Promise<string[]> {
  const dropped: string[] = [];
  for (const table of tables) {
    const cutMs = nowMs - retention[table.keptDays] * dayMs;
    for (const name of await partitionsBefore(pool, table, cutMs)) {
      await dropPartition(pool, table, {
        name,
        ...(table === textTable ? { rescue: newestTexts(name) } : {}),
      });
      dropped.push(name);
    }
    await pruneDefault(pool, table, cutMs);
  }
  return dropped;
}

/** The newest text of a series outlives the cut: a port that has been up for a year must still be up. */
function newestTexts(from: string): string {
  return `insert into sample_text_default
    select distinct on (old.series_id) old.* from ${from} old order by old.series_id, old.time desc`;
}

/** What lies before the cut in the default partition; of texts all but the newest of each series. */
async function pruneDefault(db: Queryable, table: TimeTable, cutMs: number): Promise<void> {
  const newer = `exists (select from sample_text_default newer
    where newer.series_id = old.series_id and newer.time > old.time and newer.time < $1)`;
  await db.query(
    `delete from ${table.name}_default old
     where old.${table.timeColumn} < $1 ${table === textTable ? `and ${newer}` : ''}`,
    [new Date(cutMs)],
  );
}

async function sizes(db: Queryable): Promise<TableSize[]> {
  const { rows } = await db.query<TableSize>(
    `select parent.relname as table, count(*)::int as partitions,
       sum(pg_total_relation_size(child.oid))::bigint as bytes,
       sum(greatest(child.reltuples, 0))::float8 as "estimatedRows",
       null as "oldestMs", null as "newestMs", null as "compressedBytes", null as "compressionRatio"
     from pg_inherits
     join pg_class child on child.oid = inhrelid
     join pg_class parent on parent.oid = inhparent
     where parent.relkind = 'p' and parent.relname = any($1)
     group by parent.relname order by parent.relname`,
    [tables.map(({ name }) => name)],
  );
  return rows;
}
