/**
 * Storage on TimescaleDB. Community edition: hypertables with a columnstore, continuous aggregates, policies. The Apache
 * edition has hypertables only, so the rollups are plain tables kept by the job of plain storage.
 */
import type { Pool } from 'pg';
import { createAggregates, refreshAggregates } from './continuous-aggregate.ts';
import { dropOldPartitions, refreshBeforeDrop } from './engine-plain.ts';
import {
  createHypertables,
  dropChunks,
  dropTextChunks,
  firstChunkMs,
  hypertables,
  openChunks,
  readChunkLength,
  setChunkLength,
} from './hypertable.ts';
import { hypertableSize } from './hypertable-size.ts';
import { cutOf, dayMs } from '../partition/partition.ts';
import { makePartitions } from '../partition/partition-making.ts';
import {
  type LengthPlace,
  readPartitionLength,
  revisePartitionLength,
} from '../partition/partition-revision.ts';
import { partitionSizes } from '../partition/partition-size.ts';
import { createPlainRollups } from './plain-tables.ts';
import { type Retention, readRetention } from './retention-settings.ts';
import { moveCut, readCut, refreshByMarks } from '../rollup/rollup-refresh.ts';
import type { StorageEngine } from './storage-engine.ts';
import { lockStorage } from './storage-lock.ts';
import {
  eventTable,
  rollupTiers,
  sampleTable,
  textTable,
  type TimeTable,
} from './storage-tables.ts';
import { alignPolicies, enableColumnstore } from './timescale-policy.ts';
import { transaction } from '../connection/transaction.ts';
import { tryEach } from './try-each.ts';

/** Texts go by the samples: one length for both. */
const lengthPlace: LengthPlace = {
  firstMs: firstChunkMs,
  read: (db) => readChunkLength(db, 'sample'),
  write: async (db, lengthMs) => {
    for (const table of hypertables) await setChunkLength(db, table, lengthMs);
  },
};

export type TimescaleEdition = 'community' | 'apache';

export function createTimescaleEngine(pool: Pool, edition: TimescaleEdition): StorageEngine {
  const community = edition === 'community';
  const partitioned: readonly TimeTable[] = community ? [eventTable] : [eventTable, ...rollupTiers];
  return {
    name: 'timescale',
    rollupsBy: community ? 'database' : 'job',
    createStorage: () => createStorage(pool, community),
    prepare: (nowMs) =>
      tryEach([...hypertables, ...partitioned], (table) =>
        typeof table === 'string'
          ? openChunks(pool, table, nowMs)
          : makePartitions(pool, table, nowMs),
      ),
    refreshRollups: (nowMs, signal) =>
      community ? refreshAll(pool, nowMs) : refreshByMarks(pool, nowMs, { signal }),
    dropOld: async (nowMs, retention) => {
      if (!community) await refreshBeforeDrop(pool, nowMs, retention);
      const parts = [
        () => dropSamples(pool, { nowMs, retention, community }),
        () => (community ? dropRollups(pool, nowMs, retention) : Promise.resolve([])),
        () => dropOldPartitions(pool, partitioned, { nowMs, retention }),
      ];
      return tryEach(parts, (part) => part());
    },
    sizes: async () => [
      ...(await Promise.all(
        [...hypertables, ...(community ? rollupTiers.map(({ name }) => name) : [])].map((table) =>
          hypertableSize(pool, table, { columnstore: community }),
        ),
      )),
      ...(await partitionSizes(pool, partitioned)),
    ],
    partitionLength: () => readPartitionLength(pool, lengthPlace),
    revisePartitionLength: (nowMs) => revisePartitionLength(pool, lengthPlace, nowMs),
  };
}

async function createStorage(pool: Pool, community: boolean): Promise<void> {
  await transaction(pool, async (client) => {
    await lockStorage(client);
    await createHypertables(client);
    if (!community) {
      await createPlainRollups(client);
      return;
    }
    for (const table of hypertables) await enableColumnstore(client, table);
    await createAggregates(client);
  });
  if (community) {
    const retention = await readRetention(pool);
    await alignPolicies(pool, { retention, wholeDays: retention.rawDays });
  }
}

/** From where on all samples are there still; a day of distance to what may be dropped at any moment. */
async function refreshAll(pool: Pool, nowMs: number): Promise<number> {
  const { rawDays } = await readRetention(pool);
  const cutMs = Math.max(nowMs - rawDays * dayMs, await readCut(pool, 'sample'));
  return refreshAggregates(pool, { fromMs: cutMs + dayMs, toMs: nowMs });
}

async function dropSamples(
  pool: Pool,
  { nowMs, retention, community }: { nowMs: number; retention: Retention; community: boolean },
): Promise<string[]> {
  const cutMs = nowMs - retention[sampleTable.keptDays] * dayMs;
  await moveCut(pool, 'sample', cutMs);
  if (community) {
    // Before anything is dropped: a refresh over dropped samples would erase what was rolled up from them.
    const wholeMs = nowMs - (await readCut(pool, 'sample'));
    await alignPolicies(pool, { retention, wholeDays: Math.floor(wholeMs / dayMs) });
  }
  return [
    ...(await dropChunks(pool, 'sample', cutMs)),
    ...(await dropTextChunks(pool, cutOf(textTable, cutMs))),
  ];
}

async function dropRollups(pool: Pool, nowMs: number, retention: Retention): Promise<string[]> {
  const dropped: string[] = [];
  for (const { name, keptDays } of rollupTiers) {
    dropped.push(...(await dropChunks(pool, name, nowMs - retention[keptDays] * dayMs)));
  }
  return dropped;
}
