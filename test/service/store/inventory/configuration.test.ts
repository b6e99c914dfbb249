import { describe, expect, test } from 'vitest';
import { makeUuid } from '../../../../core/id.ts';
import { configurationDocument } from '../../../../core/inventory/configuration-document.ts';
import { systemClock } from '../../../../core/time.ts';
import { exportConfiguration } from '../../../../service/store/inventory/configuration-export.ts';
import { importConfiguration } from '../../../../service/store/inventory/configuration-import.ts';
import { ensureDefaults } from '../../../../service/store/schema/defaults.ts';
import { loadTargets } from '../../../../service/store/inventory/inventory.ts';
import { testDatabase, type TestDatabase } from '../../../support/database.ts';
import { operationsAs, testServices } from '../../../support/operation-client.ts';

const options = { actor: 'noc', skipExisting: false, dryRun: false };
const nowMs = Date.UTC(2026, 0, 1);

const endpoint = {
  address: '192.0.2.1',
  port: 6_030,
  tlsMode: 'verified' as const,
  username: 'noc',
  password: 'hunter2',
  requestTarget: 'leaf-01.fra',
  maxMessageBytes: 1_000_000,
};

async function withDevices(db: TestDatabase): Promise<void> {
  await using services = testServices(db);
  const client = operationsAs(services, 'operator');
  await client.device.add({
    name: "o'leaf \\ %_ 🌙",
    site: 'fra-1',
    tags: { role: 'leaf' },
    endpoint,
  });
  const gone = await client.device.add({ name: 'gone', endpoint: { address: '192.0.2.2' } });
  await client.device.remove({ id: gone.id });
}

/** As written to a file and read again. */
async function documentOf(db: TestDatabase) {
  const document = await exportConfiguration(db.pool, nowMs);
  return configurationDocument.parse(JSON.parse(JSON.stringify(document)));
}

describe('the configuration as a document', () => {
  test('brings another database to the same configuration, ids and sealed secrets included', async () => {
    await using from = await testDatabase();
    await using to = await testDatabase();
    await ensureDefaults(from.pool);
    await ensureDefaults(to.pool);
    await withDevices(from);
    const document = await documentOf(from);
    expect(document.devices.map(({ name }) => name)).toEqual(["o'leaf \\ %_ 🌙"]);
    expect(JSON.stringify(document)).not.toContain('hunter2');
    expect(document.devices[0]?.endpoints).toMatchObject([
      { requestTarget: 'leaf-01.fra', maxMessageBytes: 1_000_000 },
    ]);

    const summary = await importConfiguration(to.pool, document, options);
    expect(summary).toMatchObject({ sites: 1, devices: 1, dashboards: 0, skipped: [] });
    expect({ ...(await documentOf(to)), exportedAt: '' }).toEqual({ ...document, exportedAt: '' });
    // Once more changes nothing, says so, and adds no version of a dashboard nor a row of history.
    const history = () => to.pool.query('select count(*)::int from device_endpoint_history');
    const before = (await history()).rows;
    const none = { sites: 0, devices: 0, subscriptions: 0, dashboards: 0, skipped: [] };
    expect(await importConfiguration(to.pool, document, options)).toEqual(none);
    expect((await history()).rows).toEqual(before);
    expect({ ...(await documentOf(to)), exportedAt: '' }).toEqual({ ...document, exportedAt: '' });
  });

  test('says what it changed, and nothing else', async () => {
    await using from = await testDatabase();
    await using to = await testDatabase();
    await withDevices(from);
    await importConfiguration(to.pool, await documentOf(from), options);
    const none = { sites: 0, devices: 0, subscriptions: 0, dashboards: 0, skipped: [] };
    const changes: readonly [string, object][] = [
      [`update device_endpoint set port = port + 1`, { devices: 1 }],
      [`update device set tags = '{"role": "spine"}'`, { devices: 1 }],
      [`update device set retired_at = now()`, { devices: 1 }],
      [`update site set time_zone = 'Asia/Tokyo'`, { sites: 1 }],
    ];
    for (const [statement, changed] of changes) {
      await to.pool.query(statement);
      const summary = await importConfiguration(to.pool, await documentOf(from), options);
      expect({ statement, summary }).toEqual({ statement, summary: { ...none, ...changed } });
    }
  });

  test('opens its secrets only where the master key is the same', async () => {
    await using from = await testDatabase();
    await using to = await testDatabase();
    await using services = testServices(from);
    await operationsAs(services, 'operator').device.add({ name: 'leaf-01', endpoint });
    await importConfiguration(to.pool, await documentOf(from), options);
    const { targets } = await loadTargets(to.pool, services.secrets);
    expect(targets).toMatchObject([{ endpoint: { username: 'noc', password: 'hunter2' } }]);
    await using others = testServices(to);
    const { refused } = await loadTargets(to.pool, others.secrets);
    expect(refused).toMatchObject([{ deviceName: 'leaf-01' }]);
  });

  test('is read as it was written before endpoints had a target and a limit', async () => {
    await using db = await testDatabase();
    await withDevices(db);
    const document = await exportConfiguration(db.pool, nowMs);
    const text = JSON.stringify(document, (key, value: unknown) =>
      key === 'requestTarget' || key === 'maxMessageBytes' ? undefined : value,
    );
    const [device] = configurationDocument.parse(JSON.parse(text)).devices;
    expect(device?.endpoints).toMatchObject([{ requestTarget: null, maxMessageBytes: null }]);
  });

  test('may hold an endpoint without TLS, but none for gNMI', async () => {
    await using db = await testDatabase();
    await withDevices(db);
    const document = await documentOf(db);
    const [device] = document.devices;
    const [known] = device!.endpoints;
    const withEndpoint = (protocol: 'gnmi' | 'netconf') => ({
      ...document,
      devices: [{ ...device!, endpoints: [known!, { ...known!, ...ssh, protocol }] }],
    });
    const ssh = { id: makeUuid(systemClock), position: 1, port: 830, tlsMode: null };
    expect(() => configurationDocument.parse(withEndpoint('gnmi'))).toThrow(
      'a gNMI endpoint needs a tlsMode',
    );
    await importConfiguration(db.pool, withEndpoint('netconf'), options);
    expect((await documentOf(db)).devices[0]?.endpoints).toMatchObject([
      { protocol: 'gnmi', tlsMode: 'verified' },
      { protocol: 'netconf', tlsMode: null },
    ]);
  });

  test('refuses names that other devices have, or leaves those devices out', async () => {
    await using from = await testDatabase();
    await using to = await testDatabase();
    await withDevices(from);
    await withDevices(to);
    const document = await documentOf(from);
    await expect(importConfiguration(to.pool, document, options)).rejects.toThrow(
      "other devices already have the names o'leaf \\ %_ 🌙; rename them, or import with --skip-existing",
    );
    const skipping = { ...options, skipExisting: true };
    expect(await importConfiguration(to.pool, document, skipping)).toMatchObject({
      devices: 0,
      skipped: ["o'leaf \\ %_ 🌙"],
    });
  });

  test('a trial keeps nothing', async () => {
    await using from = await testDatabase();
    await using to = await testDatabase();
    await withDevices(from);
    const before = await documentOf(to);
    const trial = { ...options, dryRun: true };
    expect(await importConfiguration(to.pool, await documentOf(from), trial)).toMatchObject({
      devices: 1,
    });
    expect({ ...(await documentOf(to)), exportedAt: '' }).toEqual({ ...before, exportedAt: '' });
  });
});
