import { describe, expect, test } from 'vitest';
import type { Status } from '../../../core/contract/system.ts';
import { NocturneError } from '../../../core/errors.ts';
import { createPool } from '../../../service/store/connection/pool.ts';
import { insertEvents } from '../../../service/store/operating/event.ts';
import { testDatabase } from '../../support/database.ts';
import {
  operationsAs,
  quietLive,
  quietStatus,
  testServices,
} from '../../support/operation-client.ts';
import { addDeviceRow, addSeries } from '../../support/telemetry-rows.ts';

describe('the program about itself', () => {
  test('health is told to anyone, also without a database', async () => {
    await using db = await testDatabase();
    await using services = testServices(db);
    const facts = { version: '0.1.0', node: 'web-a', role: 'both' };
    expect(await operationsAs(services, 'public').system.health()).toEqual({
      ...facts,
      status: 'ok',
      database: 'connected',
    });
    await using nowhere = createPool('postgres://a:hunter2@127.0.0.1:1/x', {
      applicationName: 'test',
    });
    const cut = operationsAs({ ...services, pool: nowhere }, 'public');
    expect(await cut.system.health()).toEqual({
      ...facts,
      status: 'degraded',
      database: 'unreachable',
    });
  });

  test('without a database an operation says so, and never the password', async () => {
    await using db = await testDatabase();
    await using services = testServices(db);
    await using nowhere = createPool('postgres://a:hunter2@127.0.0.1:1/x', {
      applicationName: 'test',
    });
    const client = operationsAs({ ...services, pool: nowhere }, 'viewer');
    const error = await client.device.list({}).catch((cause: unknown) => cause);
    expect(error).toMatchObject({
      code: 'DATABASE_UNREACHABLE',
      status: 503,
      message: expect.stringContaining('cannot reach the database') as string,
    });
    expect(JSON.stringify(error)).not.toContain('hunter2');
    expect(await client.system.status()).toMatchObject({ database: 'unreachable' });
  });

  test('who asks is told who they are', async () => {
    await using db = await testDatabase();
    await using services = testServices(db);
    expect(await operationsAs(services, 'public').system.me()).toEqual({
      name: null,
      role: 'public',
    });
    expect(await operationsAs(services, 'viewer').system.me()).toEqual({
      name: 'the viewer',
      role: 'viewer',
    });
  });

  test('events come newest first, page by page, with hostile text as it was', async () => {
    await using db = await testDatabase();
    await using services = testServices(db);
    const hostile = `<img src=x onerror=alert(1)> '; -- \u202e`;
    await insertEvents(
      db.pool,
      [1_000, 2_000, 3_000].map((timeMs) => ({
        timeMs,
        kind: 'session.lost',
        severity: 'error' as const,
        subject: timeMs === 2_000 ? 'leaf-02' : 'leaf-01',
        detail: timeMs === 1_000 ? 'NUL \0 here' : hostile,
      })),
    );
    const { events } = operationsAs(services, 'viewer').system;
    const newest = await events({ limit: 2 });
    expect(newest.map(({ timeMs, detail }) => [timeMs, detail])).toEqual([
      [3_000, hostile],
      [2_000, hostile],
    ]);
    expect(await events({ beforeMs: 2_000 })).toMatchObject([
      { timeMs: 1_000, detail: 'NUL \u2400 here' },
    ]);
    expect(await events({ subject: 'leaf-02' })).toHaveLength(1);
  });

  test('pages of events leave nothing out where many happened at once', async () => {
    await using db = await testDatabase();
    await using services = testServices(db);
    const details = Array.from({ length: 7 }, (_, at) => `event ${at}`);
    await insertEvents(
      db.pool,
      details.map((detail) => ({
        timeMs: 5_000,
        kind: 'test',
        severity: 'info' as const,
        subject: 'leaf-01',
        detail,
      })),
    );
    const { events } = operationsAs(services, 'viewer').system;
    const seen: string[] = [];
    let page = await events({ limit: 3 });
    while (page.length > 0) {
      seen.push(...page.map(({ detail }) => detail));
      const last = page.at(-1)!;
      page = await events({ limit: 3, beforeMs: last.timeMs, beforeId: last.id });
    }
    expect(seen.toSorted()).toEqual(details);
  });

  test('metrics are listed with how many series they have', async () => {
    await using db = await testDatabase();
    await using services = testServices(db);
    for (const name of ['leaf-01', 'leaf-02']) {
      const device = await addDeviceRow(db.pool, name);
      for (const port of ['1', '2']) {
        const path = `/interfaces/interface[name=${port}]/state/counters/in-octets`;
        await addSeries(db.pool, device, path);
      }
    }
    const { metrics } = operationsAs(services, 'viewer').query;
    const metric = '/interfaces/interface/state/counters/in-octets';
    expect(await metrics({ search: 'OCTETS' })).toEqual([
      { metric, kind: 'counter', unit: 'By', series: 4, devices: 2 },
    ]);
    expect(await metrics({ search: '%' })).toEqual([]);
  });

  test('an error in the middle of a stream keeps its sentence', async () => {
    await using db = await testDatabase();
    await using services = testServices(db);
    const live = {
      ...quietLive,
      async *watchStatus(): AsyncGenerator<Status> {
        yield { ...quietStatus, samplesPerSecond: 5 };
        throw new NocturneError('SESSION_FAILED', 'the feed ended');
      },
    };
    const stream = await operationsAs({ ...services, live }, 'viewer').system.watchStatus();
    expect((await stream.next()).value).toMatchObject({ samplesPerSecond: 5, cluster: 'test' });
    await expect(stream.next()).rejects.toMatchObject({
      code: 'SESSION_FAILED',
      status: 502,
      message: 'the feed ended',
    });
  });

  test('what went wrong inside is not shown to anyone', async () => {
    await using db = await testDatabase();
    await using services = testServices(db);
    const queries = {
      run: () => Promise.reject(new Error('secret detail')),
      latest: () => Promise.reject(new Error('secret detail')),
    };
    const client = operationsAs({ ...services, queries }, 'viewer');
    await expect(client.query.latest({ selectors: [{ path: '/' }] })).rejects.toMatchObject({
      code: 'INTERNAL_SERVER_ERROR',
      message: 'the operation failed inside the program: its log says why',
      cause: expect.objectContaining({ message: 'secret detail' }) as Error,
    });
  });
});
