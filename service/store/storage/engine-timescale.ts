/**
 * Storage on TimescaleDB. Community edition: hypertables with a columnstore, continuous aggregates, policies. The Apache
 * edition has hypertables only, so the rollups are plain tables kept by the job of plain storage.
 */
import type { Pool } from 'pg';
import { queryOne } from '../connection/queryable.ts';
import { dropOldChunks, refreshableFrom } from './chunk-drop.ts';
import { readCollectorWork } from './collector-work.ts';
import { createAggregates, refreshAggregate } from './continuous-aggregate.ts';
import { dropOldPartitions } from './engine-plain.ts';
import {
  createHypertables,
  firstChunkMs,
  hypertables,
  openChunks,
  readChunkLength,
  setChunkLength,
} from './hypertable.ts';
import { hypertableSize } from './hypertable-size.ts';
import { dayMs } from '../partition/partition.ts';
import { makePartitions } from '../partition/partition-making.ts';
import {
  type LengthPlace,
  readPartitionLength,
  revisePartitionLength,
} from '../partition/partition-revision.ts';
import { readPolicyWork, readTierReach } from './policy-work.ts';
import { partitionSizes } from '../partition/partition-size.ts';
import { createPlainRollups } from './plain-tables.ts';
import { type Retention, readRetention } from './retention-settings.ts';
import { aggregateGuard, markGuard, type RollupGuard } from './rolled-up.ts';
import { refreshByMarks } from '../rollup/rollup-refresh.ts';
import type { StorageEngine } from './storage-engine.ts';
import { lockStorage } from './storage-lock.ts';
import {
  eventTable,
  rollupTiers,
  sampleTable,
  textTable,
  type TimeTable,
} from './storage-tables.ts';
import { dropTextChunks } from './text-chunk-drop.ts';
import { alignPolicies, enableColumnstore } from './timescale-policy.ts';
import { transaction } from '../connection/transaction.ts';
import { tryAgain } from './try-again.ts';
import { tryEach } from './try-each.ts';
import { createTurns } from './turns.ts';
import { dayBefore } from './whole-days.ts';

/**
 * Everything is kept for so much longer than its retention says: a refresh that began shortly before a day ended may still
 * be reading what is to go then.
 */
const graceMs = 3_600_000;

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
  // A refresh that reads what is being dropped beside it would erase its rollups.
  const inTurn = createTurns();
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
      inTurn(() =>
        community ? refreshAll(pool, nowMs, signal) : refreshByMarks(pool, nowMs, { signal }),
      ),
    dropOld: (nowMs, retention) =>
      inTurn(() => dropOld(pool, { nowMs, retention, community, partitioned })),
    sizes: async () => [
      ...(await Promise.all(
        [...hypertables, ...(community ? rollupTiers.map(({ name }) => name) : [])].map((table) =>
          hypertableSize(pool, table, { columnstore: community }),
        ),
      )),
      ...(await partitionSizes(pool, partitioned)),
    ],
    health: async () => ({
      work: [
        ...(await readCollectorWork(pool, { rollupsBy: community ? 'database' : 'job' })),
        ...(community ? await readPolicyWork(pool, await readRetention(pool)) : []),
      ],
      tiers: community ? await readTierReach(pool) : [],
    }),
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
  // A window of a policy ends at no test's or device's time but the server's.
  if (community) {
    const retention = await readRetention(pool);
    await alignPolicies(pool, { nowMs: await serverNow(pool), retention });
  }
}

async function dropOld(
  pool: Pool,
  {
    nowMs,
    retention,
    community,
    partitioned,
  }: {
    nowMs: number;
    retention: Retention;
    community: boolean;
    partitioned: readonly TimeTable[];
  },
): Promise<string[]> {
  const guard = await prepareDrop(pool, { nowMs, retention, community });
  const cutOf = ({ keptDays }: TimeTable) =>
    dayBefore(nowMs - graceMs - retention[keptDays] * dayMs);
  const chunked = [sampleTable, ...(community ? rollupTiers : [])];
  const parts = [
    ...chunked.map(
      (table) => () => dropOldChunks(pool, { table: table.name, cutMs: cutOf(table), guard }),
    ),
    () => dropTextChunks(pool, cutOf(textTable)),
    () => dropOldPartitions(pool, partitioned, { nowMs, retention, guard }),
  ];
  return tryEach(parts, (part) => part());
}

/** As far back as everything is there still. */
async function refreshAll(pool: Pool, nowMs: number, signal?: AbortSignal): Promise<number> {
  for (const tier of rollupTiers) {
    if (signal?.aborted === true) break;
    const window = { fromMs: await refreshableFrom(pool, tier.source), toMs: nowMs };
    await tryAgain(() => refreshAggregate(pool, tier, window), { signal });
  }
  return rollupTiers.length;
}

/** The policies' windows are drawn in before anything goes: a refresh over what is gone would erase its rollups. */
async function prepareDrop(
  pool: Pool,
  { nowMs, retention, community }: { nowMs: number; retention: Retention; community: boolean },
): Promise<RollupGuard> {
  if (!community) return markGuard(pool, nowMs);
  const changed = await alignPolicies(pool, { nowMs, retention });
  const now = await serverNow(pool);
  return aggregateGuard(pool, new Date(changed > 0 ? now : now - graceMs));
}

async function serverNow(pool: Pool): Promise<number> {
  const { now } = await queryOne<{ now: number }>(pool, 'select clock_timestamp() as now');
  return now;
}
