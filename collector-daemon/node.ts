/** One node as the role says: collector, web or both, on one database. Composes the two and what they share. */
import { availableParallelism } from 'node:os';
import { sentenceOf } from '../core/errors.ts';
import type { NodeName } from '../core/id.ts';
import { type Clock, systemTimers } from '../core/time.ts';
import { transaction } from '../service/store/connection/transaction.ts';
import { publishKeys } from '../service/store/secret/known-keys.ts';
import { startWaitingServer } from './api/waiting-server.ts';
import { takeCollectorTurn } from './assignment/collector-turn.ts';
import { type Collector, startCollector } from './collector.ts';
import { type Environment, replicaOf, snapshotPortOf } from './config.ts';
import { announceConsole } from './console-address.ts';
import { countJobs } from './job-metrics.ts';
import { JobBoard } from './jobs/job-board.ts';
import { watchKeys } from './jobs/key-watch.ts';
import type { Logger } from './log.ts';
import { NodeMetrics } from './metrics.ts';
import { lookEveryMs } from './node-clock.ts';
import { showConnections, showProgram } from './node-facts.ts';
import { type Foundation, layFoundation } from './node-foundation.ts';
import { startHeartbeat } from './node-heartbeat.ts';
import { nodeName } from './node-name.ts';
import { Readiness } from './readiness.ts';
import { RepeatedJob } from '../service/repeat.ts';
import { EventLog } from './reporting/event-log.ts';
import { version } from './version.ts';
import { startWeb, type Web } from './web.ts';

export interface NodeOptions {
  readonly environment: Environment;
  readonly databaseUrl: string;
  readonly dataDir: string;
  readonly consoleFolder: string | null;
  /** Bring the schema up to this program's first. */
  readonly migrate?: boolean;
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** This machine's clock; default: the system's. Nothing is stored by it. */
  readonly wall?: Clock;
  /** The process cannot go on. */
  readonly fatal: (error: Error) => void;
}

export interface RunningNode extends AsyncDisposable {
  readonly name: NodeName;
  readonly web: Web | null;
  readonly collector: Collector | null;
}

/** What every part of the node is made with. */
interface Ground extends NodeOptions {
  readonly name: NodeName;
  readonly metrics: NodeMetrics;
  readonly readiness: Readiness;
}

/** @throws NocturneError with what stops the start; the signal's reason when aborted */
export async function startNode(options: NodeOptions): Promise<RunningNode> {
  const { environment, log } = options;
  const ground: Ground = {
    ...options,
    name: nodeName(environment),
    metrics: new NodeMetrics(),
    readiness: new Readiness(),
  };
  const { name, metrics } = ground;
  showProgram(metrics.registry, { version, role: environment.NODE_ROLE });
  await using parts = new AsyncDisposableStack();
  const foundation = parts.use(await whileWaiting(ground, () => foundationOf(ground)));
  const { pool, clock, incarnation } = foundation;
  showConnections(metrics.registry, pool);
  const count = countJobs(metrics.registry);
  const board = new JobBoard({
    clock,
    ran(job, tookMs, failed) {
      count(job, tookMs, failed);
      log.debug(`job ${job}: ${failed ? 'failed' : 'done'} in ${Math.round(tookMs)} ms`);
    },
  });

  if (environment.NODE_ROLE !== 'web') ground.readiness.wait('collector', 'it is starting');
  const running = { collector: null as Collector | null };
  // Before the collector: it ends after it, for a node that still stores what it has is alive.
  parts.use(
    startHeartbeat({
      node: name,
      incarnation,
      startedAtMs: clock.nowMs(),
      environment,
      pool,
      board,
      collector: () => running.collector,
      problem: (sentence) => log.warn(sentence),
      recovered: (sentence) => log.info(sentence),
      succeeded: () => options.fatal(new Error(overtaken(name))),
    }),
  );
  const events = new EventLog(clock, ({ severity, subject, detail }) =>
    log[severity === 'warning' ? 'warn' : severity](`${subject}: ${detail}`),
  );
  metrics.counter(
    'nocturne_events_dropped_total',
    'Events that found no room while the database was away',
    () => events.dropped,
  );
  clock.listen({
    set: (anchor) => running.collector?.setClock(anchor),
    told: (severity, detail) => events.record({ kind: 'clock', severity, subject: name, detail }),
  });
  parts.use(
    new RepeatedJob({
      everyMs: lookEveryMs,
      timers: systemTimers,
      run: board.watch('clock', () => clock.look(pool)),
      // The heartbeat tells of a database that is away.
      trouble: () => {},
    }),
  );
  const web = await openWeb(ground, foundation, parts);
  const collector = await openCollector({ ...ground, events, board }, foundation, parts);
  running.collector = collector;
  const owned = parts.move();
  return { name, web, collector, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

function overtaken(name: NodeName): string {
  return `another node has taken the name "${name}" while this one was not heard of; this one ends`;
}

function foundationOf(ground: Ground): Promise<Foundation> {
  return layFoundation({ ...ground, node: ground.name });
}

/** Answers probes for as long as the work takes. */
async function whileWaiting<Answer>(ground: Ground, work: () => Promise<Answer>): Promise<Answer> {
  const { environment, metrics, name, readiness } = ground;
  const { HOST: host, PORT: port, NODE_ROLE: role } = environment;
  // Nobody knows a port yet that is chosen by the system.
  if (port === 0) return work();
  await using _door = await startWaitingServer({
    host,
    port,
    facts: { version, node: name, role },
    reasons: () => ['it is starting', ...readiness.reasons()],
    metrics: metrics.registry,
  });
  return await work();
}

async function openWeb(
  { environment, name, metrics, readiness, log, ...rest }: Ground,
  { pool, clock, secrets, listener }: Foundation,
  parts: AsyncDisposableStack,
): Promise<Web | null> {
  const role = environment.NODE_ROLE;
  if (role === 'collector' && environment.PORT === 0) return null;
  const problem = (sentence: string) => log.warn(sentence);
  const web = parts.use(
    await startWeb({
      node: name,
      cluster: environment.NOCTURNE_CLUSTER_ID,
      pool,
      clock,
      secrets,
      listener,
      role,
      version,
      replica: replicaOf(environment),
      host: environment.HOST,
      port: environment.PORT,
      publicUrl: environment.NOCTURNE_PUBLIC_URL?.replace(/\/+$/, '') ?? null,
      consoleFolder: role === 'collector' ? null : rest.consoleFolder,
      metrics,
      unready: () => readiness.reasons(),
      problem,
      detail: (sentence) => log.debug(sentence),
      recovered: (sentence) => log.info(sentence),
    }),
  );
  if (role !== 'collector') {
    await announceConsole(rest.dataDir, rest.databaseUrl, { node: name, publicUrl: web.publicUrl })
      .then((announced) => parts.use(announced))
      .catch((error: unknown) => problem(`login links will not lead here: ${sentenceOf(error)}`));
  }
  return web;
}

async function openCollector(
  ground: Ground & { readonly events: EventLog; readonly board: JobBoard },
  { pool, clock, incarnation, secrets, listener }: Foundation,
  parts: AsyncDisposableStack,
): Promise<Collector | null> {
  const { environment, databaseUrl, name, metrics, readiness, log, events } = ground;
  if (environment.NODE_ROLE === 'web') return null;
  const problem = (sentence: string) => log.warn(sentence);
  const recovered = (sentence: string) => log.info(sentence);
  const { dataDir } = ground;
  const keys = parts.use(
    watchKeys({
      pool,
      secrets,
      node: name,
      dataDir,
      clock,
      timers: systemTimers,
      problem,
      recovered,
    }),
  );
  parts.defer(listener.on('nocturne_inventory', () => keys.hasten()));
  const standby = 'another collector works for this database; waiting for its turn to end';
  const turn = parts.use(
    await takeCollectorTurn({
      databaseUrl,
      node: name,
      incarnation,
      timers: systemTimers,
      signal: ground.signal,
      onWaiting: () => {
        readiness.wait('collector', standby);
        log.warn(standby);
      },
      onSilentHolder: (holder) =>
        log.warn(
          `the collector ${holder} has the turn and gives no sign of life; its connections are ended`,
        ),
      onLost: () =>
        ground.fatal(new Error('another collector has taken over this database; this one ends')),
    }),
  );
  // Not before: until then a collector of the release before may be at work, which opens no other secrets.
  await transaction(pool, (db) => publishKeys(db, secrets.masters, name));
  const collector = parts.use(
    await startCollector({
      node: name,
      incarnation,
      epoch: () => turn.epoch,
      cluster: environment.NOCTURNE_CLUSTER_ID,
      databaseUrl,
      pool,
      clock,
      secrets,
      listener,
      workers: environment.NOCTURNE_INGEST_WORKERS ?? Math.max(1, availableParallelism() - 1),
      feedHost: environment.NOCTURNE_FEED_HOST,
      feedPort: environment.NOCTURNE_FEED_PORT,
      snapshotPort: snapshotPortOf(environment),
      metrics,
      events,
      board: ground.board,
      problem,
      recovered,
    }),
  );
  readiness.watch(() => collector.unready());
  readiness.clear('collector');
  return collector;
}
