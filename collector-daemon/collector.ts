/**
 * The collector role of a node: ingest workers with their sessions, the live feed, and the jobs around them (inventory,
 * reports, commands, partitions, retention).
 */
import type { Epoch, NodeName } from '../core/id.ts';
import { databaseSentence } from '../service/store/connection/database-error.ts';
import type { ClockAnchor } from '../core/steady-clock.ts';
import { systemTimers } from '../core/time.ts';
import { LiveRetention } from '../service/query/live-retention.ts';
import { insertEvents } from '../service/store/operating/event.ts';
import { loadTargets } from '../service/store/inventory/inventory.ts';
import type { Listener } from '../service/store/connection/listener.ts';
import { createPool, type DatabasePool } from '../service/store/connection/pool.ts';
import { transaction } from '../service/store/connection/transaction.ts';
import { OpenedSecrets } from '../service/store/secret/opened-secrets.ts';
import { publishKeys } from '../service/store/secret/known-keys.ts';
import { resealSecrets } from '../service/store/secret/reseal.ts';
import type { SecretBox } from '../service/store/secret/sealed-secret.ts';
import { catchUpSeriesLast } from '../service/store/reading/series-last.ts';
import { storageWork } from '../service/store/storage/collector-work.ts';
import { recordedEngine } from '../service/store/storage/storage-choice.ts';
import type { StorageEngine } from '../service/store/storage/storage-engine.ts';
import { runWaitingCommands } from './command/command-runner.ts';
import type { WorkerFleet } from './ingest-worker/worker-fleet.ts';
import type { WorkerReport } from './ingest-worker/worker-protocol.ts';
import { countStates, startFleet } from './collector-fleet.ts';
import type { EventLog } from './reporting/event-log.ts';
import { InventorySync } from './assignment/inventory-sync.ts';
import type { JobBoard } from './jobs/job-board.ts';
import { JobSet } from './jobs/job-set.ts';
import { watchPartitionLength } from './jobs/partition-length-watch.ts';
import { SessionBook } from './reporting/session-book.ts';
import { TroubleBook } from './reporting/trouble-book.ts';
import { healthEveryMs, StorageHealthWatch } from './jobs/storage-health-watch.ts';
import { clearStorage, prepareAtStart } from './jobs/storage-jobs.ts';
import type { NodeMetrics } from './metrics.ts';
import { type NodeClock, ticksMs } from './node-clock.ts';
import { FeedServer } from './sink/feed-server.ts';
import { WorkerWatch } from './worker-watch.ts';

export interface CollectorOptions {
  readonly node: NodeName;
  readonly incarnation: number;
  /** Of the turn to collect. */
  readonly epoch: () => Epoch;
  readonly cluster: string;
  readonly databaseUrl: string;
  readonly clock: NodeClock;
  readonly pool: DatabasePool;
  readonly secrets: SecretBox;
  readonly listener: Listener;
  readonly workers: number;
  readonly feedHost: string;
  /** 0: any free port. */
  readonly feedPort: number;
  /** 0: any free port. */
  readonly snapshotPort: number;
  readonly metrics: NodeMetrics;
  readonly events: EventLog;
  /** How its jobs are doing. */
  readonly board: JobBoard;
  /** A sentence for the program's log. */
  readonly problem: (sentence: string) => void;
  /** What was wrong is over. */
  readonly recovered: (sentence: string) => void;
}

export interface Collector extends AsyncDisposable {
  readonly feedPort: number;
  /** Resolves when the devices of the inventory have been given to the workers once. */
  readonly ready: Promise<void>;
  facts(): CollectorFacts;
  /** Sentences, for `/ready`; none while all that storage depends on is done. */
  unready(): readonly string[];
  /** The node's clock was set. */
  setClock(anchor: ClockAnchor): void;
}

export interface CollectorFacts {
  readonly devices: number;
  readonly streaming: number;
  readonly samplesPerSecond: number;
  readonly samplesDropped: number;
  readonly queuedBatches: number;
  readonly lagMs: number | null;
}

/** @throws NocturneError PORT_TAKEN */
export async function startCollector(options: CollectorOptions): Promise<Collector> {
  const { node, pool, clock, secrets, listener, events, metrics } = options;
  await using parts = new AsyncDisposableStack();
  // Its end comes last: it waits for statements that no sample depends on.
  const upkeep = parts.use(openUpkeep(options));
  const engine = await recordedEngine(upkeep.pool);
  await prepareAtStart(engine, clock.nowMs());
  const retention = new LiveRetention();
  // What is wrong with it, the job below tells.
  await retention.read(pool).catch(() => {});
  const feed = parts.use(await startFeed(options));
  const book = await SessionBook.open({ node, pool, clock });
  let last: WorkerReport['sessions'] = [];
  const troubles = await TroubleBook.open({
    ...options,
    nameOf: (deviceId) => inventory.nameOf(deviceId),
  });
  parts.defer(() => sayGoodbye(options, { book, troubles }, last));
  const loops = parts.use(
    new JobSet({
      timers: systemTimers,
      board: options.board,
      troubleOf: (name) => tellOf(name, options),
    }),
  );
  const watch = parts.use(
    new WorkerWatch({ ...options, registry: metrics.registry, timers: systemTimers, ticksMs }),
  );
  const fleet: WorkerFleet = parts.use(
    startFleet(
      { ...options, rawRetentionMs: retention.raw },
      { feed, book, troubles, watch, reported: () => sessionsReported() },
    ),
  );
  const opened = new OpenedSecrets();
  const inventory: InventorySync = new InventorySync({
    load: () => loadTargets(pool, secrets, { epoch: options.epoch(), opened }),
    holders: fleet.slots,
    refused: (subject, detail) =>
      events.record({ kind: 'session', severity: 'error', subject, detail }),
  });

  const ready = Promise.withResolvers<void>();
  const syncing = loops.start('inventory', 15_000, async () => {
    book.hold(await inventory.run());
    ready.resolve();
  });
  loops.start('secrets', 15_000, () => keepSecrets(options));
  const reporting = loops.start('session reports', 2_000, () => book.write(fleet.sessions()));
  loops.start('data troubles', 2_000, () => troubles.write());
  loops.start('worker watch', 1_000, async () => watch.look());
  loops.start('feed report', 1_000, async () => {
    feed.report(factsOf(fleet, inventory));
    metrics.feedFramesDropped(feed.framesDropped);
  });
  metrics.gauge(
    'nocturne_devices_assigned',
    'Devices that this collector is to collect',
    () => inventory.devices,
  );
  loops.start('events', 1_000, () => events.flush((batch) => insertEvents(pool, batch)));
  const commands = loops.start('commands', 5_000, (signal) =>
    runWaitingCommands({ pool, secrets, node, clock, signal }),
  );
  const health = await startStorageJobs(upkeep.jobs, {
    ...options,
    pool: upkeep.pool,
    engine,
    retention,
    fleet,
  });
  parts.defer(listener.on('nocturne_inventory', () => syncing.hasten()));
  parts.defer(listener.on('nocturne_command', () => commands.hasten()));
  function sessionsReported(): void {
    if (book.hasNews(fleet.sessions())) reporting.hasten();
  }

  const owned = parts.move();
  return {
    feedPort: feed.port,
    ready: ready.promise,
    facts: () => factsOf(fleet, inventory),
    unready: () => health.reasons(),
    setClock: (anchor) => fleet.setClock(anchor),
    async [Symbol.asyncDispose]() {
      // What could be lost comes first: the workers store what they have, then all that is left to say is said.
      upkeep.jobs.stop();
      loops.stop();
      last = fleet.sessions();
      await fleet[Symbol.asyncDispose]();
      await owned.disposeAsync();
    },
  };
}

interface Upkeep extends AsyncDisposable {
  readonly pool: DatabasePool;
  readonly jobs: JobSet;
}

/** What keeps the storage in order, on connections of its own: it must not keep anybody from one, and can be cancelled. */
function openUpkeep(options: CollectorOptions): Upkeep {
  const parts = new AsyncDisposableStack();
  const pool = parts.use(
    createPool(options.databaseUrl, {
      applicationName: `nocturne ${options.node} jobs`,
      size: 5,
    }),
  );
  const jobs = parts.use(
    new JobSet({
      timers: systemTimers,
      board: options.board,
      troubleOf: (name) => tellOf(name, options),
      cancel: () => pool.cancelRunning(),
    }),
  );
  return { pool, jobs, [Symbol.asyncDispose]: () => parts.disposeAsync() };
}

/** Seals anew what is sealed otherwise than today, and tells of a key that somebody else put in the place of ours. */
async function keepSecrets({ pool, secrets, node, events }: CollectorOptions): Promise<void> {
  const other = await transaction(pool, (db) => publishKeys(db, secrets.masters, node));
  if (other !== null) {
    const detail = `secrets were sealed to the key "${other.id}" (${other.fingerprint}), which no collector at work has: look who put it into the database, and enter again what was entered meanwhile`;
    events.record({ kind: 'secret-keys', severity: 'error', subject: node, detail });
  }
  await resealSecrets(pool, secrets, node);
}

function startFeed({ feedHost: host, feedPort: port, ...options }: CollectorOptions) {
  return FeedServer.start({ ...options, host, port });
}

/** What keeps the samples in order: partitions, retention, rollups, newest values; and the watch over all of it. */
async function startStorageJobs(
  jobs: JobSet,
  storage: CollectorOptions & {
    readonly engine: StorageEngine;
    readonly retention: LiveRetention;
    readonly fleet: WorkerFleet;
  },
): Promise<StorageHealthWatch> {
  const { engine, pool, clock, retention, fleet } = storage;
  const length = await watchPartitionLength(storage);
  jobs.start('partitions', storageWork.partitions, async () => {
    await engine.prepare(clock.nowMs());
  });
  jobs.start('retention setting', 15_000, async () => {
    await retention.read(pool);
    fleet.keepRaw(retention.raw);
  });
  jobs.start('retention', storageWork.retention, (signal) =>
    clearStorage(storage, clock.nowMs(), signal),
  );
  jobs.start('partition length', storageWork['partition length'], () => length.revise());
  jobs.start('newest values', storageWork['newest values'], async (signal) => {
    await catchUpSeriesLast(pool, signal);
  });
  if (engine.rollupsBy === 'job') {
    jobs.start('rollups', storageWork.rollups, async (signal) => {
      await engine.refreshRollups(clock.nowMs(), signal);
    });
  }
  const health = new StorageHealthWatch({ ...storage, registry: storage.metrics.registry });
  jobs.start('storage health', healthEveryMs, () => health.look());
  return health;
}

function factsOf(fleet: WorkerFleet, inventory: InventorySync): CollectorFacts {
  return {
    devices: inventory.devices,
    streaming: countStates(fleet).get('streaming') ?? 0,
    samplesPerSecond: fleet.samplesPerSecond(),
    samplesDropped:
      fleet.total('droppedQueueFull') +
      fleet.total('droppedRefused') +
      fleet.total('droppedAtStop') +
      fleet.total('droppedByCrash') +
      fleet.total('overLimit'),
    queuedBatches: fleet.queuedBatches(),
    lagMs: fleet.lagMs(),
  };
}

function tellOf(name: string, { problem, recovered }: CollectorOptions) {
  return (error: unknown) =>
    error === null
      ? recovered(`${name}: going on`)
      : problem(`${name}: ${databaseSentence(error)}`);
}

/** Best effort: with the database gone there is nobody to tell. */
async function sayGoodbye(
  { pool, events, problem }: CollectorOptions,
  { book, troubles }: { readonly book: SessionBook; readonly troubles: TroubleBook },
  last: WorkerReport['sessions'],
): Promise<void> {
  try {
    await book.close(last);
    await troubles.close();
    await events.flush((batch) => insertEvents(pool, batch));
  } catch (error) {
    problem(`last reports: ${databaseSentence(error)}`);
  }
}
