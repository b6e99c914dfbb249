/** One node as the role says: collector, web or both, on one database. Composes the two and what they share. */
import { hostname } from 'node:os';
import { availableParallelism } from 'node:os';
import type { NodeName } from '../core/id.ts';
import { sentenceOf } from '../core/errors.ts';
import { databaseSentence } from '../service/store/connection/database-error.ts';
import { systemClock, systemTimers } from '../core/time.ts';
import { RepeatedJob } from '../service/repeat.ts';
import { ensureDefaults } from '../service/store/schema/defaults.ts';
import { createListener } from '../service/store/connection/listener.ts';
import { checkSchemaVersion, readSchemaVersion } from '../service/store/schema/migrate.ts';
import { markNodeStopped, reportNode } from '../service/store/operating/node.ts';
import { createPool, waitForDatabase } from '../service/store/connection/pool.ts';
import { loadSecretBox } from '../service/store/secret/secret-keys.ts';
import { loadSharedSecrets } from '../service/store/secret/shared-secrets.ts';
import { readLateWish } from '../service/store/storage/storage-choice.ts';
import { type Collector, startCollector } from './collector.ts';
import { type Environment, replicaOf, wantedStorage } from './config.ts';
import { announceConsole } from './console-address.ts';
import { feedAddress } from './feed-address.ts';
import { EventLog } from './reporting/event-log.ts';
import { takeCollectorTurn } from './assignment/collector-turn.ts';
import type { Logger } from './log.ts';
import { NodeMetrics } from './metrics.ts';
import { showConnections, showProgram } from './node-facts.ts';
import { version } from './version.ts';
import { startWeb, type Web } from './web.ts';

export interface NodeOptions {
  readonly environment: Environment;
  readonly databaseUrl: string;
  readonly dataDir: string;
  readonly consoleFolder: string | null;
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** The process cannot go on. */
  readonly fatal: (error: Error) => void;
}

export interface RunningNode extends AsyncDisposable {
  readonly name: NodeName;
  readonly web: Web | null;
  readonly collector: Collector | null;
}

/** @throws NocturneError with what stops the start; the signal's reason when aborted */
export async function startNode(options: NodeOptions): Promise<RunningNode> {
  const { environment, databaseUrl, log, signal } = options;
  const name = nodeName(environment);
  const incarnation = Math.floor(systemClock.nowMs());
  const role = environment.NODE_ROLE;
  await using parts = new AsyncDisposableStack();
  const pool = parts.use(
    createPool(databaseUrl, {
      applicationName: `nocturne ${name}`,
      size: environment.POOL_SIZE ?? (role === 'web' ? 10 : 20),
      onConnectionLost: (error) =>
        log.warn(`a connection to the database was lost: ${error.message}`),
    }),
  );
  await waitForDatabase(pool, { signal, onWaiting: tellWaiting(log) });
  checkSchemaVersion(await readSchemaVersion(pool), role === 'web' ? 'reader' : 'writer');
  const lateWish = await readLateWish(pool, wantedStorage(environment));
  if (lateWish !== null) log.warn(lateWish);
  await ensureDefaults(pool);
  const secrets =
    role === 'web'
      ? await loadSharedSecrets(environment.NOCTURNE_SECRET_KEYS, options.dataDir)
      : await loadSecretBox(env(environment), options.dataDir);
  const listener = parts.use(createListener(databaseUrl));
  await listener.ready;
  const metrics = new NodeMetrics();
  showProgram(metrics.registry, { version, role });
  showConnections(metrics.registry, pool);
  const events = new EventLog(systemClock, ({ severity, subject, detail }) =>
    log[severity === 'warning' ? 'warn' : severity](`${subject}: ${detail}`),
  );
  const problem = (sentence: string) => log.warn(sentence);
  const state = { collector: null as Collector | null };
  const shared = { node: name, cluster: environment.NOCTURNE_CLUSTER_ID, pool, secrets, listener };

  const web =
    role === 'collector' && environment.PORT === 0
      ? null
      : parts.use(
          await startWeb({
            ...shared,
            role,
            version,
            replica: replicaOf(environment),
            host: environment.HOST,
            port: environment.PORT,
            publicUrl: environment.NOCTURNE_PUBLIC_URL?.replace(/\/+$/, '') ?? null,
            consoleFolder: role === 'collector' ? null : options.consoleFolder,
            metrics,
            isReady: () => role === 'web' || state.collector !== null,
            problem,
          }),
        );
  if (web !== null && role !== 'collector') {
    await announceConsole(options.dataDir, databaseUrl, { node: name, publicUrl: web.publicUrl })
      .then((announced) => parts.use(announced))
      .catch((error: unknown) => problem(`login links will not lead here: ${sentenceOf(error)}`));
  }
  if (role !== 'web') {
    parts.use(
      await takeCollectorTurn({
        databaseUrl,
        node: name,
        timers: systemTimers,
        signal,
        onWaiting: () =>
          log.warn('another collector works for this database; waiting for its turn to end'),
        onLost: () =>
          options.fatal(new Error('another collector has taken over this database; this one ends')),
      }),
    );
    state.collector = parts.use(
      await startCollector({
        ...shared,
        incarnation,
        databaseUrl,
        workers: environment.NOCTURNE_INGEST_WORKERS ?? Math.max(1, availableParallelism() - 1),
        feedHost: environment.NOCTURNE_FEED_HOST,
        feedPort: environment.NOCTURNE_FEED_PORT,
        metrics,
        events,
        problem,
      }),
    );
  }
  const { collector } = state;
  parts.defer(() =>
    markNodeStopped(pool, name, incarnation).catch((error: unknown) =>
      problem(databaseSentence(error)),
    ),
  );
  parts.use(
    new RepeatedJob({
      everyMs: 3_000,
      timers: systemTimers,
      run: () =>
        reportNode(pool, {
          name,
          role,
          version,
          startedAtMs: incarnation,
          feedAddress:
            collector === null ? null : feedAddress(environment, collector.feedPort, hostname()),
          devices: collector?.facts().devices ?? 0,
          samplesPerSecond: collector?.facts().samplesPerSecond ?? 0,
          samplesDropped: collector?.facts().samplesDropped ?? 0,
          queuedBatches: collector?.facts().queuedBatches ?? 0,
        }),
      trouble: (error) =>
        problem(error === null ? 'heartbeat: going on' : `heartbeat: ${databaseSentence(error)}`),
    }),
  );
  const owned = parts.move();
  return { name, web, collector, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** A line a try, for whoever watches a node that does not come up. */
export function tellWaiting(log: Logger): (sentence: string, nextTryInMs: number) => void {
  return (sentence, nextTryInMs) =>
    log.warn(`${sentence}; trying again in ${(nextTryInMs / 1_000).toFixed(1)} s`);
}

/** As it is set, else the host's. */
export function nodeName(environment: Environment): NodeName {
  const own =
    hostname()
      .replace(/[^A-Za-z0-9._-]/g, '-')
      .slice(0, 63) || 'nocturne';
  return (environment.NOCTURNE_NODE_NAME ?? own) as NodeName;
}

function env(environment: Environment): Readonly<Record<string, string | undefined>> {
  return { NOCTURNE_SECRET_KEYS: environment.NOCTURNE_SECRET_KEYS };
}
