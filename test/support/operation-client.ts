/** The real operations on a test database, called directly; live telemetry is stood in for. */
import { randomBytes } from 'node:crypto';
import { createRouterClient, type RouterClient } from '@orpc/server';
import type { LiveFrame } from '../../core/contract/query.ts';
import type { Role } from '../../core/contract/operation.ts';
import type { Status } from '../../core/contract/system.ts';
import { systemClock } from '../../core/time.ts';
import type {
  Actor,
  OperationContext,
  OperationServices,
} from '../../service/operations/context.ts';
import type { LiveSource } from '../../service/operations/ports.ts';
import { operationRouter } from '../../service/operations/router.ts';
import { createQueryRouter } from '../../service/query/query-router.ts';
import { createStoreSource } from '../../service/query/store-source.ts';
import { createListener } from '../../service/store/connection/listener.ts';
import { SecretBox } from '../../service/store/secret/sealed-secret.ts';
import type { TestDatabase } from './database.ts';

export const quietStatus: Status = {
  asOfMs: 0,
  cluster: '',
  database: 'connected',
  feeds: { connected: 0, expected: 0 },
  samplesPerSecond: 0,
  lagMs: null,
  lostFrames: 0,
  devices: { total: 0, streaming: 0 },
};

export const quietLive: LiveSource = {
  async *subscribe(): AsyncGenerator<LiveFrame> {
    yield { kind: 'series', series: [] };
  },
  status: () => quietStatus,
  async *watchStatus() {
    yield quietStatus;
  },
};

export interface TestServices extends OperationServices, AsyncDisposable {}

export function testServices(db: TestDatabase): TestServices {
  const listener = createListener(db.url, { retryMs: 10 });
  return {
    pool: db.pool,
    listener,
    secrets: new SecretBox([{ id: 'k1', key: randomBytes(32) }]),
    queries: createQueryRouter({ store: createStoreSource(db.pool) }, systemClock),
    live: quietLive,
    node: {
      node: 'web-a',
      role: 'both',
      version: '0.1.0',
      cluster: 'test',
      publicUrl: 'http://127.0.0.1:4000',
    },
    clock: systemClock,
    [Symbol.asyncDispose]: () => listener[Symbol.asyncDispose](),
  };
}

export interface TestCookies {
  token: string | null;
}

export type OperationClient = RouterClient<typeof operationRouter>;

/** Calls as the role given; `public` is nobody. */
export function operationsAs(
  services: OperationServices,
  role: Role,
  cookies: TestCookies = { token: null },
  actor: Actor = { name: role === 'public' ? null : `the ${role}`, role },
): OperationClient {
  const context: OperationContext = {
    actor,
    services,
    cookies: {
      get token() {
        return cookies.token;
      },
      set: (token) => (cookies.token = token),
      clear: () => (cookies.token = null),
    },
  };
  return createRouterClient(operationRouter, { context });
}
