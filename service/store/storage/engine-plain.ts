/** Storage on plain PostgreSQL: native partitions, and rollup tables kept exact by a job. */
import type { Pool } from 'pg';
import {
  cutOf,
  dayMs,
  dropPartition,
  endsAtHeld,
  partitionsBefore,
} from '../partition/partition.ts';
import { makePartitions } from '../partition/partition-making.ts';
import { partitionSizes } from '../partition/partition-size.ts';
import { readRevisedLength } from '../partition/partition-length-setting.ts';
import {
  type LengthPlace,
  readPartitionLength,
  revisePartitionLength,
} from '../partition/partition-revision.ts';
import { createPlainRollups, createPlainSamples } from './plain-tables.ts';
import type { Queryable } from '../connection/queryable.ts';
import type { Retention } from './retention-settings.ts';
import type { StorageEngine } from './storage-engine.ts';
import {
  eventTable,
  rollupTiers,
  sampleTable,
  textTable,
  type TimeTable,
} from './storage-tables.ts';
import { moveCut, refreshByMarks } from '../rollup/rollup-refresh.ts';
import { lockStorage } from './storage-lock.ts';
import { transaction } from '../connection/transaction.ts';
import { tryEach } from './try-each.ts';

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
      const lengthMs = await lengthPlace.read(pool);
      return tryEach(tables, (table) => {
        const own = table === sampleTable || table === textTable ? lengthMs : undefined;
        return makePartitions(pool, table, nowMs, own);
      });
    },
    refreshRollups: (nowMs, signal) => refreshByMarks(pool, nowMs, { signal }),
    dropOld: async (nowMs, retention) => {
      await refreshBeforeDrop(pool, nowMs, retention);
      return dropOldPartitions(pool, tables, { nowMs, retention });
    },
    sizes: () => partitionSizes(pool, tables),
    partitionLength: () => readPartitionLength(pool, lengthPlace),
    revisePartitionLength: (nowMs) => revisePartitionLength(pool, lengthPlace, nowMs),
  };
}

const sources = [sampleTable, ...rollupTiers];

/** Rolls up what is about to go, and no more: a backlog of what stays must not keep a full disk waiting. */
export async function refreshBeforeDrop(
  pool: Pool,
  nowMs: number,
  retention: Retention,
): Promise<void> {
  const keptDays = (table: string) => sources.find(({ name }) => name === table)!.keptDays;
  await refreshByMarks(pool, nowMs, {
    beforeMs: ({ source }) => nowMs - retention[keptDays(source)] * dayMs,
  });
}

/**
 * Cuts lie between partitions, so that what is left is whole. What still waits to be rolled up is rolled up first; a
 * table's cut is moved before its rows go.
 * @throws the first problem, once all that can go is gone
 */
export function dropOldPartitions(
  pool: Pool,
  tables: readonly TimeTable[],
  { nowMs, retention }: { nowMs: number; retention: Retention },
): Promise<string[]> {
  return tryEach(tables, (table) =>
    dropBefore(pool, table, cutOf(table, nowMs - retention[table.keptDays] * dayMs)),
  );
}

async function dropBefore(pool: Pool, table: TimeTable, cutMs: number): Promise<string[]> {
  await moveCut(pool, table.name, cutMs);
  const drop = async (name: string) => {
    const rescue = table === textTable ? newestTexts(name) : undefined;
    await dropPartition(pool, table, { name, rescue });
    return [name];
  };
  const partitions = async () =>
    tryEach(await partitionsBefore(pool, table, cutMs), drop, endsAtHeld);
  return tryEach([partitions, () => pruneDefault(pool, table, cutMs)], (part) => part());
}

/** The newest text of a series outlives the cut: a port that has been up for a year must still be up. */
function newestTexts(from: string): string {
  return `insert into sample_text_default
    select distinct on (old.series_id) old.* from ${from} old order by old.series_id, old.time desc`;
}

/** Rows that one statement deletes: a second's work. */
const prunedAPiece = 100_000;

/** What lies before the cut in the default partition; of texts all but the newest of each series. */
async function pruneDefault(db: Queryable, table: TimeTable, cutMs: number): Promise<never[]> {
  const newer = `exists (select from sample_text_default newer
    where newer.series_id = old.series_id and newer.time > old.time and newer.time < $1)`;
  for (;;) {
    const { rowCount } = await db.query(
      `delete from ${table.name}_default where ctid = any (array(
         select ctid from ${table.name}_default old
         where old.${table.timeColumn} < $1 ${table === textTable ? `and ${newer}` : ''}
         limit ${prunedAPiece}))`,
      [new Date(cutMs)],
    );
    if ((rowCount ?? 0) < prunedAPiece) return [];
  }
}
