/**
 * All that the desktop does except owning windows: the database, the collectors' feeds, and the operations served to
 * every window over a port of its own. Plain Node, so tests run it without its shell.
 */
import os from 'node:os';
import { RPCHandler } from '@orpc/server/message-port';
import type { OperationMeta } from '../core/contract/operation.ts';
import { databaseSentence } from '../service/store/connection/database-error.ts';
import type { Clock, Timers } from '../core/time.ts';
import { FeedSource } from '../service/live/feed-source.ts';
import { operationError } from '../service/operations/error-mapping.ts';
import type { OperationContext, OperationServices } from '../service/operations/context.ts';
import type { SessionCookies } from '../service/operations/ports.ts';
import { operationRouter } from '../service/operations/router.ts';
import { createQueryRouter } from '../service/query/query-router.ts';
import { createStoreSource } from '../service/query/store-source.ts';
import { RepeatedJob } from '../service/repeat.ts';
import { createListener } from '../service/store/connection/listener.ts';
import { listFeedAddresses } from '../service/store/operating/node.ts';
import { loadSharedSecrets } from '../service/store/secret/shared-secrets.ts';
import { createPool } from '../service/store/connection/pool.ts';
import { openReplica } from '../service/store/connection/replica.ts';
import type { DesktopPort } from './desktop-port.ts';
import { SchemaGuard } from './schema-guard.ts';
import type { DesktopSettings } from './settings.ts';
import { localActor } from './local-actor.ts';
import { OperationPort } from './operation-port.ts';

export interface DesktopOptions extends DesktopSettings {
  /** Folder of this person's data. */
  readonly dataDir: string;
  readonly version: string;
  readonly clock: Clock;
  readonly timers: Timers;
  /** Told what a person should know and can do something about, in sentences. */
  readonly problem: (sentence: string) => void;
}

export interface DesktopServices extends AsyncDisposable {
  /** Answers the operations on this port until it closes or the services end. */
  serve(port: DesktopPort): void;
  [Symbol.asyncDispose](): Promise<void>;
}

const feedsEveryMs = 5_000;

/** A port has no cookies: who sits here needs no session. */
const noCookies: SessionCookies = { token: null, set: () => {}, clear: () => {} };

/**
 * Serves at once, whether the database can be reached or not: operations answer with what is wrong until it can.
 * @throws CONFIG_INVALID when the settings cannot be right
 */
export async function createDesktopServices(options: DesktopOptions): Promise<DesktopServices> {
  await using stack = new AsyncDisposableStack();
  const context: OperationContext = {
    actor: localActor(options.role),
    services: await createOperationServices(options, stack),
    cookies: noCookies,
  };
  const schema = new SchemaGuard(context.services.pool, options.clock);
  const handler = new RPCHandler<OperationContext>(operationRouter, {
    clientInterceptors: [
      async (call) => {
        const { role }: OperationMeta = call.procedure['~orpc'].meta;
        if (role !== 'public') await schema.check().catch(throwAsOperation);
        return call.next();
      },
    ],
  });
  const open = new Set<OperationPort>();
  // Last in, first out: every call and stream has ended before what they use does.
  stack.defer(() => {
    for (const port of open) port.close();
  });
  const running = stack.move();
  return {
    serve(desktopPort) {
      const port = new OperationPort(desktopPort);
      open.add(port);
      port.on('close', () => open.delete(port));
      handler.upgrade(port, { context });
      port.start();
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

function throwAsOperation(error: unknown): never {
  throw operationError(error);
}

/** What the operations work with; a local copy of what was seen last will be one more source of the query router. */
async function createOperationServices(
  options: DesktopOptions,
  stack: AsyncDisposableStack,
): Promise<OperationServices> {
  const { databaseUrl, dataDir, clock, timers, version, cluster, publicUrl, problem } = options;
  const secrets = await loadSharedSecrets(options.secretKeys, dataDir);
  const pool = stack.use(createPool(databaseUrl, { applicationName: 'nocturne desktop', size: 6 }));
  const listener = stack.use(createListener(databaseUrl));
  const replica = openReads(options);
  if (replica !== undefined) stack.use(replica);
  const store = createStoreSource(pool, { replica });
  const live = stack.use(
    new FeedSource({
      cluster,
      clock,
      timers,
      select: (selectors, signal) => store.findSeries(selectors, signal, clock.nowMs()),
      problem,
    }),
  );
  stack.use(
    new RepeatedJob({
      everyMs: feedsEveryMs,
      timers,
      run: async () => {
        const feeds = await listFeedAddresses(pool);
        live.setPublishers(
          feeds.map(({ name, feedAddress }) => ({ node: name, address: feedAddress })),
        );
      },
      trouble: (error) => {
        if (error !== null)
          problem(`The collectors’ feeds are not known: ${databaseSentence(error)}`);
      },
    }),
  );
  return {
    pool,
    listener,
    secrets,
    live,
    clock,
    queries: createQueryRouter({ store }, clock),
    node: { node: os.hostname(), role: 'desktop', version, cluster, publicUrl },
  };
}

function openReads({ databaseUrl, replica, clock, timers, problem }: DesktopOptions) {
  if (replica === null) return undefined;
  return openReplica({
    ...replica,
    primaryUrl: databaseUrl,
    applicationName: 'nocturne desktop reads',
    size: 6,
    clock,
    timers,
    told: problem,
  });
}
