/** The web role of a node: the operations over HTTP and WebSocket, the web console, and the live feed behind them. */
import { sentenceOf } from '../core/errors.ts';
import type { NodeName } from '../core/id.ts';
import { type Clock, systemTimers } from '../core/time.ts';
import { databaseSentence } from '../service/store/connection/database-error.ts';
import { FeedSource } from '../service/live/feed-source.ts';
import type { NodeFacts } from '../service/operations/ports.ts';
import { createQueryRouter } from '../service/query/query-router.ts';
import { createStoreSource } from '../service/query/store-source.ts';
import { RepeatedJob } from '../service/repeat.ts';
import type { Listener } from '../service/store/connection/listener.ts';
import { listFeedAddresses } from '../service/store/operating/node.ts';
import type { DatabasePool } from '../service/store/connection/pool.ts';
import { openReplica, type Replica } from '../service/store/connection/replica.ts';
import type { SecretBox } from '../service/store/secret/sealed-secret.ts';
import { readInstallation } from '../service/store/operating/installation.ts';
import { startHttpServer } from './api/http-server.ts';
import { cookieNameFor } from './api/session-cookie.ts';
import type { ReplicaSettings } from './config.ts';
import type { NodeMetrics } from './metrics.ts';
import { countReads, showReplica, timeQueries } from './read-metrics.ts';
import { ticksMs } from './node-clock.ts';

export interface WebOptions {
  readonly node: NodeName;
  readonly role: NodeFacts['role'];
  readonly version: string;
  readonly cluster: string;
  readonly pool: DatabasePool;
  readonly clock: Clock;
  /** Telemetry is read from it while it is there and up to date. */
  readonly replica: ReplicaSettings | null;
  readonly secrets: SecretBox;
  readonly listener: Listener;
  readonly host: string;
  readonly port: number;
  /** Null: made of host and port. */
  readonly publicUrl: string | null;
  readonly consoleFolder: string | null;
  readonly metrics: NodeMetrics;
  /** Sentences that say why the node does not do its work; none once it does. */
  readonly unready: () => readonly string[];
  readonly problem: (sentence: string) => void;
  /** For who looks for a fault. */
  readonly detail?: (sentence: string) => void;
  /** What was wrong is over. */
  readonly recovered: (sentence: string) => void;
}

export interface Web extends AsyncDisposable {
  readonly publicUrl: string;
  /** `http://host:port` as the server listens, for those who look for it behind a public URL. */
  readonly localUrl: string;
  readonly port: number;
}

/** @throws NocturneError PORT_TAKEN, CONFIG_INVALID */
export async function startWeb(options: WebOptions): Promise<Web> {
  const { node, role, version, cluster, pool, clock, secrets, listener, metrics, problem } =
    options;
  await using parts = new AsyncDisposableStack();
  const replica = openReads(options);
  if (replica !== undefined) parts.use(replica);
  const store = createStoreSource(pool, {
    replica,
    routed: countReads(metrics.registry),
  });
  const live = parts.use(
    new FeedSource({
      cluster,
      clock,
      timers: systemTimers,
      select: (selectors, signal) => store.findSeries(selectors, signal, clock.nowMs()),
      problem,
    }),
  );
  metrics.counter(
    'nocturne_feed_frames_lost_total',
    'Live frames that never arrived at this web node',
    () => live.lostFrames,
  );
  metrics.counter(
    'nocturne_feed_frames_overtaken_total',
    'Live frames passed over, of collectors whose devices another one has taken over',
    () => live.overtakenFrames,
  );
  parts.use(
    new RepeatedJob({
      everyMs: 3_000,
      timers: systemTimers,
      run: async () => {
        const addresses = await listFeedAddresses(pool);
        live.setPublishers(
          addresses.map(({ name, feedAddress }) => ({ node: name, address: feedAddress })),
        );
      },
      trouble: (error) =>
        error === null
          ? options.recovered('feeds: going on')
          : problem(`feeds: ${databaseSentence(error)}`),
    }),
  );
  const localUrl = (port: number) => `http://${shownHost(options.host)}:${port}`;
  const timed = timeQueries(metrics.registry, ticksMs);
  const urlAt = (port: number) => options.publicUrl ?? localUrl(port);
  const server = parts.use(
    await startHttpServer({
      host: options.host,
      port: options.port,
      cookieName: cookieNameFor({ cluster, installation: await readInstallation(pool) }),
      secure: options.publicUrl?.startsWith('https:') ?? false,
      consoleFolder: options.consoleFolder,
      servicesFor: (port) => ({
        pool,
        listener,
        secrets,
        live,
        clock,
        queries: timed(createQueryRouter({ store }, clock)),
        node: { node, role, version, cluster, publicUrl: urlAt(port) },
      }),
      metrics: metrics.registry,
      unready: options.unready,
      answered: options.detail,
      failed: (error) =>
        problem(
          `an operation failed: ${error instanceof Error ? (error.stack ?? sentenceOf(error)) : sentenceOf(error)}`,
        ),
    }),
  );
  const owned = parts.move();
  return {
    port: server.port,
    publicUrl: urlAt(server.port),
    localUrl: localUrl(server.port),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

function openReads({
  node,
  pool,
  clock,
  replica,
  metrics,
  problem,
}: WebOptions): Replica | undefined {
  if (replica === null) return undefined;
  const opened = openReplica({
    ...replica,
    primaryUrl: pool.databaseUrl,
    applicationName: `nocturne ${node} reads`,
    clock,
    timers: systemTimers,
    told: problem,
  });
  showReplica(metrics.registry, opened);
  return opened;
}

/** A wildcard address is none to open in a browser. */
function shownHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}
