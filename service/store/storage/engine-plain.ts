/** Storage on plain PostgreSQL: native partitions, and rollup tables kept exact by a job. */
import type { Pool } from 'pg';
import {
  cutOf,
  dayMs,
  dropPartition,
  endsAtHeld,
  type Partition,
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
import { readCollectorWork } from './collector-work.ts';
import { createPlainRollups, createPlainSamples } from './plain-tables.ts';
import type { Retention } from './retention-settings.ts';
import { markGuard, NotRolledUp, type RollupGuard } from './rolled-up.ts';
import type { StorageEngine } from './storage-engine.ts';
import {
  eventTable,
  rollupTiers,
  sampleTable,
  textTable,
  type TimeTable,
} from './storage-tables.ts';
import { lockRollups, moveCutWithin, refreshByMarks } from '../rollup/rollup-refresh.ts';
import { lockStorage } from './storage-lock.ts';
import { transaction } from '../connection/transaction.ts';
import { tryAgain } from './try-again.ts';
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
    dropOld: (nowMs, retention) =>
      dropOldPartitions(pool, tables, { nowMs, retention, guard: markGuard(pool, nowMs) }),
    sizes: () => partitionSizes(pool, tables),
    health: async () => ({
      work: await readCollectorWork(pool, { rollupsBy: 'job' }),
      tiers: [],
    }),
    partitionLength: () => readPartitionLength(pool, lengthPlace),
    revisePartitionLength: (nowMs) => revisePartitionLength(pool, lengthPlace, nowMs),
  };
}

export interface DropOptions {
  readonly nowMs: number;
  readonly retention: Retention;
  readonly guard: RollupGuard;
}

/**
 * Cuts lie between partitions, so that what is left is whole. A table's cut is moved with the rows that go.
 * @throws the first problem, once all that can go is gone
 */
export function dropOldPartitions(
  pool: Pool,
  tables: readonly TimeTable[],
  { nowMs, retention, guard }: DropOptions,
): Promise<string[]> {
  return tryEach(tables, (table) => {
    const cutMs = cutOf(table, nowMs - retention[table.keptDays] * dayMs);
    return dropBefore(pool, table, { cutMs, guard });
  });
}

interface Cut {
  readonly cutMs: number;
  readonly guard: RollupGuard;
}

async function dropBefore(pool: Pool, table: TimeTable, cut: Cut): Promise<string[]> {
  const drop = async (partition: Partition) => {
    await dropRolledUp(pool, table, { ...cut, partition });
    return [partition.name];
  };
  const partitions = async () =>
    tryEach(await partitionsBefore(pool, table, cut.cutMs), drop, endsAtHeld);
  return tryEach([partitions, () => pruneDefault(pool, table, cut)], (part) => part());
}

/** Samples may come in between, of a time that is to go: then once more. */
function dropRolledUp(
  pool: Pool,
  table: TimeTable,
  { partition, guard }: Cut & { readonly partition: Partition },
): Promise<void> {
  const { name, toMs } = partition;
  const rescue = table === textTable ? newestTexts(name) : undefined;
  // Nothing before the cut is ever recomputed, whatever partition it lies in.
  const span = { fromMs: -Infinity, toMs };
  const drop = async () => {
    await guard.bringUp(table.name, span);
    await dropPartition(pool, table, {
      name,
      lockBefore: lockRollups,
      async lastWords(client) {
        await guard.check(client, table.name, span);
        await moveCutWithin(client, table.name, toMs);
        if (rescue !== undefined) await client.query(rescue);
      },
    });
  };
  return tryAgain(drop, { isPassing: (error) => error instanceof NotRolledUp });
}

/** The newest text of a series outlives the cut: a port that has been up for a year must still be up. */
function newestTexts(from: string): string {
  return `insert into sample_text_default
    select distinct on (old.series_id) old.* from ${from} old order by old.series_id, old.time desc`;
}

/** What comes from now on for a time before the cut is only rolled up where it is more: its neighbours are going. */
function closeBefore(pool: Pool, table: TimeTable, { cutMs, guard }: Cut): Promise<void> {
  const span = { fromMs: -Infinity, toMs: cutMs };
  const close = async () => {
    await guard.bringUp(table.name, span);
    await transaction(pool, async (client) => {
      await lockRollups(client);
      await guard.check(client, table.name, span);
      await moveCutWithin(client, table.name, cutMs);
    });
  };
  return tryAgain(close, { isPassing: (error) => error instanceof NotRolledUp });
}

/** Rows that one statement deletes: a second's work. */
const prunedAPiece = 100_000;

/** What lies before the cut in the default partition; of texts all but the newest of each series. */
async function pruneDefault(pool: Pool, table: TimeTable, { cutMs, guard }: Cut): Promise<never[]> {
  await closeBefore(pool, table, { cutMs, guard });
  const newer = `exists (select from sample_text_default newer
    where newer.series_id = old.series_id and newer.time > old.time and newer.time < $1)`;
  for (;;) {
    const { rowCount } = await pool.query(
      `delete from ${table.name}_default where ctid = any (array(
         select ctid from ${table.name}_default old
         where old.${table.timeColumn} < $1 ${table === textTable ? `and ${newer}` : ''}
         limit ${prunedAPiece}))`,
      [new Date(cutMs)],
    );
    if ((rowCount ?? 0) < prunedAPiece) return [];
  }
}
