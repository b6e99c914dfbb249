/** Storage on plain PostgreSQL: native partitions, and rollup tables kept exact by a job. */
import type { Pool } from 'pg';
import { cutOf, dayMs, dropPartition, makePartitions, partitionsBefore } from './partition.ts';
import { partitionSizes } from './partition-size.ts';
import { readRevisedLength } from './partition-length-setting.ts';
import {
  type LengthPlace,
  readPartitionLength,
  revisePartitionLength,
} from './partition-revision.ts';
import { createPlainRollups, createPlainSamples } from './plain-tables.ts';
import type { Queryable } from './queryable.ts';
import type { Retention } from './retention-settings.ts';
import type { StorageEngine } from './storage-engine.ts';
import {
  eventTable,
  rollupTiers,
  sampleTable,
  textTable,
  type TimeTable,
} from './storage-tables.ts';
import { moveCut, refreshByMarks } from './rollup-refresh.ts';
import { lockStorage } from './storage-lock.ts';
import { transaction } from './transaction.ts';

/** The length is nowhere but in the setting: each partition says its own. */
const lengthPlace: LengthPlace = {
  firstMs: dayMs,
  read: async (db) => (await readRevisedLength(db))?.lengthMs ?? dayMs,
  write: async () => {},
};

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
      const lengthMs = await lengthPlace.read(pool);
      for (const table of tables) {
        const own = table === sampleTable || table === textTable ? lengthMs : undefined;
        made.push(...(await makePartitions(pool, table, nowMs, own)));
      }
      return made;
    },
    refreshRollups: (nowMs, signal) => refreshByMarks(pool, nowMs, signal),
    dropOld: async (nowMs, retention) => {
      await refreshByMarks(pool, nowMs);
      return dropOldPartitions(pool, tables, { nowMs, retention });
    },
    sizes: () => partitionSizes(pool, tables),
    partitionLength: () => readPartitionLength(pool, lengthPlace),
    revisePartitionLength: (nowMs) => revisePartitionLength(pool, lengthPlace, nowMs),
  };
}

/**
 * Cuts lie between partitions, so that what is left is whole. What still waits to be rolled up is rolled up first; a
 * table's cut is moved before its rows go.
 */
export async function dropOldPartitions(
  pool: Pool,
  tables: readonly TimeTable[],
  { nowMs, retention }: { nowMs: number; retention: Retention },
): Promise<string[]> {
  const dropped: string[] = [];
  for (const table of tables) {
    const cutMs = cutOf(table, nowMs - retention[table.keptDays] * dayMs);
    await moveCut(pool, table.name, cutMs);
    for (const name of await partitionsBefore(pool, table, cutMs)) {
      const rescue = table === textTable ? newestTexts(name) : undefined;
      await dropPartition(pool, table, { name, rescue });
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
