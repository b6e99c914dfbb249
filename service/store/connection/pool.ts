/** Connection pools: every connection of the project is made here, so that types, timeouts and errors are the same. */
import { type ClientBase, type ClientConfig, Pool, type PoolClient } from 'pg';
import { sentenceOf } from '../../../core/errors.ts';
import { columnTypes } from './column-types.ts';
import { checkedDatabaseUrl } from './database-address.ts';
import { databaseError, isUnreachable } from './database-error.ts';

export interface PoolOptions {
  /** Shown in pg_stat_activity, for example `nocturne collector-1`. */
  readonly applicationName: string;
  /** Most connections at once; default 10. */
  readonly size?: number;
  /** A statement that runs longer is cancelled by the server; default 30,000; 0 for none. */
  readonly statementTimeoutMs?: number;
  readonly connectTimeoutMs?: number;
  /** How much longer than the server's own timeout an answer is waited for; default 5,000. */
  readonly answerGraceMs?: number;
  /** The setting that the address came from, for sentences; default `DATABASE_URL`. */
  readonly urlSetting?: string;
  /** Told about connections that broke while nobody was using them; the pool replaces them by itself. */
  readonly onConnectionLost?: (error: Error) => void;
}

export interface DatabasePool extends Pool, AsyncDisposable {
  readonly databaseUrl: string;
  /** Cancels what the backend is running, over a connection of its own: the pool's may all be busy. */
  cancelBackend(processId: number): Promise<void>;
  /** Cancels what each connection of the pool is running at this moment; those that are idle take no notice. */
  cancelRunning(): Promise<void>;
  /** The simplest question there is, over a connection of its own, made anew where it broke. */
  ping(timeoutMs: number): Promise<void>;
}

/** The settings of one connection; shared by pools, the listener and the migrator. */
export function connectionConfig(databaseUrl: string, options: PoolOptions): ClientConfig {
  const statementTimeoutMs = options.statementTimeoutMs ?? 30_000;
  return {
    connectionString: checkedDatabaseUrl(databaseUrl, options.urlSetting ?? 'DATABASE_URL'),
    application_name: options.applicationName,
    statement_timeout: statementTimeoutMs,
    // A server that hangs does not cancel anything either.
    query_timeout:
      statementTimeoutMs === 0 ? undefined : statementTimeoutMs + (options.answerGraceMs ?? 5_000),
    connectionTimeoutMillis: options.connectTimeoutMs ?? 5_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    types: columnTypes,
  };
}

/**
 * A pool; connects at the first query. `await using` ends it.
 * @throws CONFIG_INVALID when the URL is none
 */
export function createPool(databaseUrl: string, options: PoolOptions): DatabasePool {
  const pool = new Pool({
    ...connectionConfig(databaseUrl, options),
    max: options.size ?? 10,
    idleTimeoutMillis: 60_000,
    ...onConnect,
  });
  tellOfLost(pool, options);
  const canceller = singleConnection(databaseUrl, options, 5_000);
  // Supervisors ask every few seconds: it stays.
  const pulse = singleConnection(databaseUrl, options, 60_000);
  const backends = watchBackends(pool);
  let ended: Promise<unknown> | undefined;
  return Object.assign(pool, {
    databaseUrl,
    async cancelBackend(processId: number) {
      await canceller.query('select pg_cancel_backend($1)', [processId]);
    },
    async cancelRunning() {
      if (backends.size === 0) return;
      const statement = 'select pg_cancel_backend(pid) from unnest($1::int[]) as running (pid)';
      await canceller.query(statement, [[...backends]]);
    },
    async ping(timeoutMs: number) {
      // The types do not know that the driver takes its time limit with a query, too.
      const query = { text: 'select 1', query_timeout: timeoutMs };
      await pulse.query(query);
    },
    async [Symbol.asyncDispose]() {
      ended ??= Promise.all([pool.ending ? undefined : pool.end(), canceller.end(), pulse.end()]);
      await ended;
    },
  });
}

/**
 * Lets the server look for this end of the connection: without it, locks of a machine that has gone without a word are
 * held for over two hours. A pooler in between that refuses it looks for its clients itself.
 */
export async function noticeLostClient(client: Pick<ClientBase, 'query'>): Promise<void> {
  const settings =
    'set tcp_keepalives_idle = 10; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 3';
  await client.query(settings).catch(() => {});
}

/** The pool waits for what it answers, though its types do not say so. */
const onConnect = { onConnect: noticeLostClient };

/** One connection, for what must not wait until one of the pool's is free. */
function singleConnection(
  databaseUrl: string,
  options: PoolOptions,
  idleTimeoutMillis: number,
): Pool {
  const single = new Pool({
    ...connectionConfig(databaseUrl, { ...options, statementTimeoutMs: 5_000 }),
    max: 1,
    idleTimeoutMillis,
    allowExitOnIdle: true,
  });
  tellOfLost(single, options);
  return single;
}

/** The process ids of the server's ends of the pool's connections. */
function watchBackends(pool: Pool): ReadonlySet<number> {
  const backends = new Set<number>();
  const idOf = (client: PoolClient) => (client as unknown as { processID: number }).processID;
  pool.on('connect', (client) => backends.add(idOf(client)));
  pool.on('remove', (client) => backends.delete(idOf(client)));
  return backends;
}

function tellOfLost(pool: Pool, { onConnectionLost = () => {} }: PoolOptions): void {
  // An 'error' without a listener ends the process; clients in use report theirs to their query as well.
  pool.on('error', onConnectionLost);
  pool.on('connect', (client) => client.on('error', onConnectionLost));
}

export interface WaitOptions {
  readonly signal: AbortSignal;
  /** Told once per failed try: the sentence, and when the next try is due. */
  readonly onWaiting?: (sentence: string, nextTryInMs: number) => void;
  readonly random?: () => number;
}

/**
 * Waits until the database answers, for ever: 0.25 s, doubling to 10 s, jittered by half.
 * @throws DATABASE_REFUSED and others that waiting cannot heal; the signal's reason when aborted
 */
export async function waitForDatabase(pool: DatabasePool, options: WaitOptions): Promise<void> {
  const random = options.random ?? Math.random;
  for (let tries = 0; ; tries += 1) {
    options.signal.throwIfAborted();
    const problem = await pool.query('select 1').then(
      () => null,
      (error: unknown) => databaseError(error, pool.databaseUrl),
    );
    if (problem === null) return;
    if (!isUnreachable(problem)) throw problem;
    const delayMs = Math.min(250 * 2 ** tries, 10_000) * (0.5 + random() / 2);
    options.onWaiting?.(sentenceOf(problem), delayMs);
    await abortableDelay(delayMs, options.signal);
  }
}

function abortableDelay(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', abort);
      resolve();
    }, delayMs);
    signal.addEventListener('abort', abort, { once: true });
  });
}
