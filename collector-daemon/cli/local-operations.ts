/** The operations for commands on this machine: the same handlers behind the same gate, called in this process. */
import { userInfo } from 'node:os';
import { createRouterClient, type RouterClient } from '@orpc/server';
import { NocturneError } from '../../core/errors.ts';
import { systemClock, systemTimers } from '../../core/time.ts';
import { FeedSource } from '../../service/live/feed-source.ts';
import type { OperationContext } from '../../service/operations/context.ts';
import { operationRouter } from '../../service/operations/router.ts';
import { createQueryRouter } from '../../service/query/query-router.ts';
import { createStoreSource } from '../../service/query/store-source.ts';
import { createListener } from '../../service/store/connection/listener.ts';
import { checkSchemaVersion, readSchemaVersion } from '../../service/store/schema/migrate.ts';
import { createPool, type DatabasePool } from '../../service/store/connection/pool.ts';
import { databaseError } from '../../service/store/connection/database-error.ts';
import { loadSharedSecrets } from '../../service/store/secret/shared-secrets.ts';
import { readEnvironment } from '../config.ts';
import { findRunningDemo } from '../demo/running-demo.ts';
import { defaultDataDir } from '../embedded-postgres/data-dir.ts';
import { version } from '../version.ts';
import type { CommandContext } from './command-context.ts';

export interface LocalOperations extends AsyncDisposable {
  readonly client: RouterClient<typeof operationRouter>;
  readonly pool: DatabasePool;
  /** Who acts: the user of this machine. */
  readonly actor: string;
}

const noCookies = { token: null, set: () => {}, clear: () => {} };

/** In a container the user may have a number only. */
function ownName(): string {
  try {
    return userInfo().username;
  } catch {
    return `user ${process.getuid?.() ?? ''}`.trim();
  }
}

export function dataDirOf(env: CommandContext['env']): string {
  return defaultDataDir(env, process.platform, process.getuid?.() === 0);
}

/** `DATABASE_URL`, else the database of the demo that runs here. @throws NocturneError CONFIG_INVALID */
export async function findDatabaseUrl(env: CommandContext['env']): Promise<string> {
  const { DATABASE_URL } = readEnvironment(env);
  const found = DATABASE_URL ?? (await findRunningDemo(dataDirOf(env)));
  if (found !== null) return found;
  throw new NocturneError(
    'CONFIG_INVALID',
    'DATABASE_URL is not set and no demo runs here: set it to postgres://user:password@host:5432/database, or run "npm start"',
  );
}

/** @throws NocturneError CONFIG_INVALID, DATABASE_UNREACHABLE, SCHEMA_TOO_OLD, … */
export async function openLocalOperations({ env }: CommandContext): Promise<LocalOperations> {
  const databaseUrl = await findDatabaseUrl(env);
  await using parts = new AsyncDisposableStack();
  const pool = parts.use(createPool(databaseUrl, { applicationName: 'nocturne command', size: 3 }));
  const schema = await readSchemaVersion(pool).catch((error: unknown) => {
    throw databaseError(error, databaseUrl);
  });
  checkSchemaVersion(schema, 'reader');
  const environment = readEnvironment(env);
  const actor = ownName();
  const listener = parts.use(createListener(databaseUrl));
  const store = createStoreSource(pool);
  const live = parts.use(
    new FeedSource({
      cluster: environment.NOCTURNE_CLUSTER_ID,
      clock: systemClock,
      timers: systemTimers,
      select: (selectors, signal) => store.findSeries(selectors, signal, systemClock.nowMs()),
      problem: () => {},
    }),
  );
  const context: OperationContext = {
    actor: { name: actor, role: 'admin' },
    cookies: noCookies,
    services: {
      pool,
      listener,
      live,
      secrets: await loadSharedSecrets(env['NOCTURNE_SECRET_KEYS'], dataDirOf(env)),
      queries: createQueryRouter({ store }, systemClock),
      clock: systemClock,
      node: {
        node: 'command',
        role: 'web',
        version,
        cluster: environment.NOCTURNE_CLUSTER_ID,
        publicUrl:
          environment.NOCTURNE_PUBLIC_URL ?? `http://${environment.HOST}:${environment.PORT}`,
      },
    },
  };
  const owned = parts.move();
  return {
    client: createRouterClient(operationRouter, { context }),
    pool,
    actor,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
