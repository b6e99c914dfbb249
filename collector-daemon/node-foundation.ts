/** What both roles of a node stand on: the database, its schema, the keys, announcements. */
import { hostname } from 'node:os';
import { sentenceOf } from '../core/errors.ts';
import type { NodeName } from '../core/id.ts';
import { type Clock, systemTimers } from '../core/time.ts';
import { createListener, type Listener } from '../service/store/connection/listener.ts';
import {
  createPool,
  type DatabasePool,
  waitForDatabase,
} from '../service/store/connection/pool.ts';
import { ensureDefaults } from '../service/store/schema/defaults.ts';
import { checkSchemaVersion, migrate, readSchemaVersion } from '../service/store/schema/migrate.ts';
import { loadCollectorKeys } from '../service/store/secret/collector-keys.ts';
import type { SecretBox } from '../service/store/secret/sealed-secret.ts';
import { loadSharedSecrets } from '../service/store/secret/shared-secrets.ts';
import { readLateWish } from '../service/store/storage/storage-choice.ts';
import { type Environment, wantedStorage } from './config.ts';
import type { Logger } from './log.ts';
import { NodeClock } from './node-clock.ts';
import { claimName } from './node-name.ts';
import type { Readiness } from './readiness.ts';
import { version } from './version.ts';

export interface FoundationOptions {
  readonly node: NodeName;
  readonly environment: Environment;
  readonly databaseUrl: string;
  readonly dataDir: string;
  /** Bring the schema up to this program's first. */
  readonly migrate?: boolean | undefined;
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** This machine's clock; default: the system's. */
  readonly wall?: Clock | undefined;
  readonly readiness: Readiness;
}

export interface Foundation extends AsyncDisposable {
  /** Of this start under the node's name. */
  readonly incarnation: number;
  readonly pool: DatabasePool;
  readonly clock: NodeClock;
  readonly secrets: SecretBox;
  readonly listener: Listener;
}

/** Waits for the database, for as long as it takes. @throws NocturneError with what stops the start */
export async function layFoundation(options: FoundationOptions): Promise<Foundation> {
  const { node, environment, databaseUrl, log } = options;
  const { NODE_ROLE: role, POOL_SIZE: size = role === 'web' ? 10 : 20 } = environment;
  await using parts = new AsyncDisposableStack();
  const pool = parts.use(
    createPool(databaseUrl, {
      applicationName: `nocturne ${node}`,
      size,
      onConnectionLost: (error) =>
        log.warn(`a connection to the database was lost: ${sentenceOf(error)}`),
    }),
  );
  await untilReachable(pool, options);
  if (options.migrate === true) await bringUpToDate(options);
  checkSchemaVersion(await readSchemaVersion(pool), role === 'web' ? 'reader' : 'writer');
  const lateWish = await readLateWish(pool, wantedStorage(environment));
  if (lateWish !== null) log.warn(lateWish);
  await ensureDefaults(pool);
  const clock = await NodeClock.open(pool, options.wall);
  const secrets = await loadSecrets(pool, options);
  const listener = parts.use(createListener(databaseUrl));
  await listener.ready;
  const incarnation = await untilNamed(pool, options);
  const owned = parts.move();
  return {
    incarnation,
    pool,
    clock,
    secrets,
    listener,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** A line in the log for each try, and the same sentence for whoever asks whether the node is ready. */
async function untilReachable(
  pool: DatabasePool,
  { log, signal, readiness }: FoundationOptions,
): Promise<void> {
  await waitForDatabase(pool, {
    signal,
    onWaiting(sentence, nextTryInMs) {
      readiness.wait('database', sentence);
      log.warn(`${sentence}; trying again in ${(nextTryInMs / 1_000).toFixed(1)} s`);
    },
  });
  readiness.clear('database');
}

async function untilNamed(pool: DatabasePool, options: FoundationOptions): Promise<number> {
  const { node: name, environment, log, signal, readiness } = options;
  const incarnation = await claimName({
    db: pool,
    identity: {
      name,
      role: environment.NODE_ROLE,
      version,
      host: hostname(),
      process: process.pid,
    },
    timers: systemTimers,
    signal,
    onWaiting(sentence) {
      readiness.wait('name', sentence);
      log.warn(sentence);
    },
  });
  readiness.clear('name');
  return incarnation;
}

async function bringUpToDate({
  databaseUrl,
  environment,
  log,
  signal,
  readiness,
}: FoundationOptions) {
  readiness.wait('schema', 'the schema of the database is being brought up to date');
  await migrate(databaseUrl, {
    onStep: (message) => log.info(message),
    signal,
    storage: wantedStorage(environment),
  });
  readiness.clear('schema');
}

/** A web node makes no keys: no collector would have them. */
function loadSecrets(
  pool: DatabasePool,
  { environment, dataDir, node }: FoundationOptions,
): Promise<SecretBox> {
  const { NODE_ROLE, NOCTURNE_SECRET_KEYS: given } = environment;
  return NODE_ROLE === 'web'
    ? loadSharedSecrets(given, dataDir)
    : loadCollectorKeys(pool, { given, dataDir, node });
}
