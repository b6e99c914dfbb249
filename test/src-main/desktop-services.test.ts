import os from 'node:os';
import { describe, expect, test, vi } from 'vitest';
import { loadTargets } from '../../service/store/inventory/inventory.ts';
import { testDatabase } from '../support/database.ts';
import { collectorTurn, masterKey } from '../support/secret-keys.ts';
import { addDeviceRow, addSamples, addSeries } from '../support/telemetry-rows.ts';
import { databaseDoor } from './database-door.ts';
import { openWindow, testDesktop } from './desktop.ts';

const noon = Date.UTC(2026, 10, 21, 12);
const cpu = '/system/cpus/cpu[index=0]/state/total/instant';

const lastQuarter = {
  selectors: [{ path: '/system/cpus' }],
  function: 'value' as const,
  fromMs: noon,
  toMs: noon + 900_000,
  widthPx: 800,
};

describe('a window of the desktop', () => {
  test('lists devices and reads their telemetry', async () => {
    await using db = await testDatabase();
    const device = await addDeviceRow(db.pool, 'leaf-01');
    const series = await addSeries(db.pool, device, cpu, { kind: 'gauge', unit: '%' });
    await addSamples(db.pool, series, [
      { timeMs: noon, value: 10 },
      { timeMs: noon + 5_000, value: 11.5 },
    ]);
    await using desktop = await testDesktop({ databaseUrl: db.url });
    using window = openWindow(desktop);
    const { devices, total } = await window.client.device.list({});
    expect(devices.map(({ name }) => name)).toEqual(['leaf-01']);
    expect(total).toBe(1);
    const result = await window.client.query.run(lastQuarter);
    expect(result).toMatchObject({
      seriesTotal: 1,
      // Typed arrays would arrive as objects with keys "0", "1" …; the columns must be arrays.
      series: [{ timesMs: [noon, noon + 5_000], values: [10, 11.5] }],
    });
    expect(Array.isArray(result.series[0]?.values)).toBe(true);
  });

  test('works as the person who is logged in to this machine', async () => {
    await using db = await testDatabase();
    await using desktop = await testDesktop({ databaseUrl: db.url });
    using window = openWindow(desktop);
    expect(await window.client.system.me()).toEqual({
      name: os.userInfo().username,
      role: 'admin',
    });
    await window.client.device.add({ name: 'leaf-01', endpoint: { address: '192.0.2.1' } });
    const { rows } = await db.pool.query('select actor, operation from audit');
    expect(rows).toEqual([{ actor: os.userInfo().username, operation: 'device.add' }]);
  });

  test('says that it is a desktop, and of which machine', async () => {
    await using db = await testDatabase();
    await using desktop = await testDesktop({ databaseUrl: db.url });
    using window = openWindow(desktop);
    expect(await window.client.system.health()).toEqual({
      status: 'ok',
      version: '0.1.0',
      node: os.hostname(),
      role: 'desktop',
      database: 'connected',
    });
  });

  test('may do no more than the role that is set', async () => {
    await using db = await testDatabase();
    await using desktop = await testDesktop({ databaseUrl: db.url, role: 'viewer' });
    using window = openWindow(desktop);
    await expect(
      window.client.device.add({ name: 'leaf-01', endpoint: { address: '192.0.2.1' } }),
    ).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(window.client.device.list({})).resolves.toMatchObject({ total: 0 });
  });

  test('hears what is wrong with its input', async () => {
    await using db = await testDatabase();
    await using desktop = await testDesktop({ databaseUrl: db.url });
    using window = openWindow(desktop);
    await expect(
      window.client.query.run({ ...lastQuarter, selectors: [{ path: '/a[' }] }),
    ).rejects.toMatchObject({ code: 'PATH_INVALID' });
    await expect(window.client.query.run({ ...lastQuarter, selectors: [] })).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      message: expect.stringContaining('selectors'),
    });
  });

  test('sees sessions change, until it closes', async () => {
    await using db = await testDatabase();
    await addDeviceRow(db.pool, 'leaf-01');
    await using desktop = await testDesktop({ databaseUrl: db.url });
    using window = openWindow(desktop);
    const sessions = await window.client.device.watch();
    expect(await sessions.next()).toMatchObject({ done: false });
    window.port.close();
    await expect(sessions.next()).rejects.toThrow('closed');
  });
});

describe('several windows', () => {
  test('are served at once, and one may go', async () => {
    await using db = await testDatabase();
    await addDeviceRow(db.pool, 'leaf-01');
    await using desktop = await testDesktop({ databaseUrl: db.url });
    const windows = [openWindow(desktop), openWindow(desktop), openWindow(desktop)] as const;
    const totals = await Promise.all(
      windows.map(async ({ client }) => (await client.device.list({})).total),
    );
    expect(totals).toEqual([1, 1, 1]);
    windows[0].port.close();
    await expect(windows[1].client.device.list({})).resolves.toMatchObject({ total: 1 });
  });

  test('all end with the services', async () => {
    await using db = await testDatabase();
    const desktop = await testDesktop({ databaseUrl: db.url });
    const windows = [openWindow(desktop), openWindow(desktop)];
    const streams = await Promise.all(windows.map(({ client }) => client.system.watchStatus()));
    await Promise.all(streams.map((stream) => stream.next()));
    const ends = Promise.allSettled(
      streams.map(async (stream) => {
        for await (const status of stream) expect(status.cluster).toBe('test');
      }),
    );
    await desktop[Symbol.asyncDispose]();
    expect((await ends).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});

test('what is no call is dropped, and calls go on', async () => {
  await using db = await testDatabase();
  await using desktop = await testDesktop({ databaseUrl: db.url });
  using window = openWindow(desktop);
  const junk = [
    'junk',
    null,
    new Uint8Array([255, 0]),
    { i: '1' },
    '{"i":"x1","p":{"u":"/%zz"}}',
    '{"i":"x2","p":{"u":"/device/list","b":{"json":{},"meta":[[9,"x"]]}}}',
    '{"i":"x3","p":{"u":"/device/list","m":"NO SUCH"}}',
    '{"i":"x4","p":{"u":"/__proto__/constructor","b":{}}}',
    '{"i":"x5","t":3,"p":{"e":"message"}}',
    '{"i":"x6","t":4}',
    '{"i":"x7","p":{"u":"/device/list","b":{"json":{"__proto__":{"role":"public"}}}}}',
  ];
  for (const message of junk) window.port.postMessage(message);
  await expect(window.client.system.me()).resolves.toMatchObject({ role: 'admin' });
});

describe('credentials', () => {
  const withPassword = {
    name: 'leaf-01',
    endpoint: { address: '192.0.2.1', username: 'noc', password: 'hunter2' },
  };

  test('are sealed to the key that a collector has put there, with none here', async () => {
    await using db = await testDatabase();
    const collector = await collectorTurn(db, [masterKey('k1')]);
    await using desktop = await testDesktop({ databaseUrl: db.url });
    using window = openWindow(desktop);
    await window.client.device.add(withPassword);
    expect((await loadTargets(db.pool, collector)).targets).toMatchObject([
      { endpoint: { password: 'hunter2' } },
    ]);
  });

  test('are refused without the keys of the collectors, who could not open them', async () => {
    await using db = await testDatabase();
    await using desktop = await testDesktop({ databaseUrl: db.url });
    using window = openWindow(desktop);
    await expect(window.client.device.add(withPassword)).rejects.toMatchObject({
      message: expect.stringMatching(/^no collector could open .* set NOCTURNE_SECRET_KEYS/),
    });
    await expect(window.client.device.list({})).resolves.toMatchObject({ total: 0 });
  });

  test('are sealed with the keys of the collectors', async () => {
    await using db = await testDatabase();
    const secretKeys = `k7:${Buffer.alloc(32, 7).toString('base64')}`;
    await using desktop = await testDesktop({ databaseUrl: db.url, secretKeys });
    using window = openWindow(desktop);
    await window.client.device.add(withPassword);
    const { rows } = await db.pool.query<{ sealed: Buffer }>('select sealed from credential');
    expect(rows[0]?.sealed.toString('latin1')).toContain('k7');
    expect(rows[0]?.sealed.toString('latin1')).not.toContain('hunter2');
  });
});

describe('a database that cannot be reached', () => {
  const unreachable = {
    code: 'DATABASE_UNREACHABLE',
    message: expect.stringMatching(/^cannot reach the database/),
  };

  test('at the start: windows open all the same and hear why, until it is there', async () => {
    await using db = await testDatabase();
    await using door = await databaseDoor(db.url);
    await door.shut();
    await using desktop = await testDesktop({ databaseUrl: door.url });
    using window = openWindow(desktop);
    await expect(window.client.system.me()).resolves.toMatchObject({ role: 'admin' });
    await expect(window.client.device.list({})).rejects.toMatchObject(unreachable);
    await expect(window.client.query.run(lastQuarter)).rejects.toMatchObject(unreachable);
    await expect(window.client.system.status()).resolves.toMatchObject({ database: 'unreachable' });
    await door.open();
    await expect(window.client.device.list({})).resolves.toMatchObject({ total: 0 });
    await expect(window.client.system.status()).resolves.toMatchObject({ database: 'connected' });
  });

  test('later: lost and found again without anybody doing anything', async () => {
    await using db = await testDatabase();
    await using door = await databaseDoor(db.url);
    await using desktop = await testDesktop({ databaseUrl: door.url });
    using window = openWindow(desktop);
    await Promise.all(Array.from({ length: 12 }, () => window.client.device.list({})));
    await door.shut();
    await expect(window.client.device.list({})).rejects.toMatchObject(unreachable);
    await door.open();
    // A connection that broke may be noticed only when it is used.
    await vi.waitFor(() => window.client.device.list({}), { timeout: 20_000, interval: 1 });
    await expect(window.client.system.health()).resolves.toMatchObject({ status: 'ok' });
  });

  test('is told in a sentence for the log', async () => {
    await using db = await testDatabase();
    await using door = await databaseDoor(db.url);
    await door.shut();
    const told = Promise.withResolvers<string>();
    await using _desktop = await testDesktop({ databaseUrl: door.url, problem: told.resolve });
    expect(await told.promise).toMatch(/feeds are not known: .*ECONNREFUSED/);
  });
});

test('a database address that is none stops the start', async () => {
  await expect(testDesktop({ databaseUrl: 'nonsense' })).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
  });
});
