/** A working day of this program on a database: people configure, collectors store, consoles read, jobs tidy up. */
import { expect } from 'vitest';
import { configurationDocument } from '../../core/inventory/configuration-document.ts';
import type { DeviceId } from '../../core/id.ts';
import { systemClock } from '../../core/time.ts';
import { findBrokenAudit } from '../../service/store/people/audit.ts';
import { writeBatch } from '../../service/store/writing/batch-writer.ts';
import { claimConnectionTest, finishCommand } from '../../service/store/operating/command.ts';
import { exportConfiguration } from '../../service/store/inventory/configuration-export.ts';
import { importConfiguration } from '../../service/store/inventory/configuration-import.ts';
import { defaultDashboard } from '../../service/store/schema/default-dashboard.ts';
import { ensureDefaults } from '../../service/store/schema/defaults.ts';
import { insertEvents } from '../../service/store/operating/event.ts';
import { closeGaps, insertGaps, listGaps } from '../../service/store/operating/gap.ts';
import { loadTargets } from '../../service/store/inventory/inventory.ts';
import { markNodeStopped, reportNode } from '../../service/store/operating/node.ts';
import { clearOld } from '../../service/store/storage/retention.ts';
import { readRetention } from '../../service/store/storage/retention-settings.ts';
import { SeriesResolver } from '../../service/store/writing/series-resolver.ts';
import { recordedEngine } from '../../service/store/storage/storage-choice.ts';
import {
  listEndpointSessions,
  upsertSessions,
} from '../../service/store/operating/telemetry-session.ts';
import type { TestDatabase } from './database.ts';
import { operationsAs, testServices, type OperationClient } from './operation-client.ts';
import { sampleBatch, seriesDefinition } from './sample-batch.ts';
import { collectorTurn } from './secret-keys.ts';

const octets = '/interfaces/interface[name=Ethernet9/9]/state/counters/in-octets';
const status = '/interfaces/interface[name=Ethernet9/9]/state/oper-status';
const endpoint = { address: '192.0.2.99', username: 'noc', password: 'hunter2' };

/** Does all of it, in whole minutes around `noonMs`; every step's outcome is looked at. */
export async function workADay(db: TestDatabase, noonMs: number): Promise<void> {
  await using services = testServices(db);
  const client = operationsAs(services, 'admin');
  await ensureDefaults(db.pool);
  await collectorTurn(db, services.secrets.masters);
  const deviceId = await configure(client);
  expect((await loadTargets(db.pool, services.secrets)).targets).toContainEqual(
    expect.objectContaining({
      deviceId,
      endpoint: expect.objectContaining({ password: 'hunter2' }),
    }),
  );
  await collect(db, deviceId, noonMs);
  await report(db, deviceId, noonMs);
  await testConnection(db, client, { deviceId, services });
  await look(client, noonMs);
  await takeConfigurationAlong(db);
  await tidyUp(db, client, noonMs);
  expect(await findBrokenAudit(db.pool)).toBeNull();
  expect(await findBrokenHistory(db)).toEqual([]);
}

async function configure(client: OperationClient): Promise<DeviceId> {
  const added = await client.device.add({ name: 'new-leaf', site: 'new-site', endpoint });
  await client.device.update({ id: added.id, tags: { role: 'leaf' }, adminState: 'maintenance' });
  await client.device.remove({ id: added.id });
  const restored = await client.device.restore({ id: added.id });
  expect(restored).toMatchObject({ name: 'new-leaf', tags: { role: 'leaf' }, retiredAtMs: null });
  expect((await client.device.list({ search: 'new-leaf' })).devices).toEqual([restored]);
  await letPeopleIn(client);
  const saved = await client.dashboard.save({ document: defaultDashboard });
  const again = { id: saved.id, baseVersion: 1, document: { ...defaultDashboard, title: 'Mine' } };
  expect(await client.dashboard.save(again)).toMatchObject({ version: 2 });
  expect(await client.dashboard.list()).toContainEqual(expect.objectContaining({ title: 'Mine' }));
  expect(await client.system.sites()).toContainEqual(expect.objectContaining({ devices: 1 }));
  return added.id;
}

async function letPeopleIn({ people, token }: OperationClient): Promise<void> {
  const { id } = await people.add({ name: 'a new one', role: 'operator' });
  await people.loginLink({ id });
  expect(await people.setRole({ id, role: 'viewer' })).toMatchObject({ role: 'viewer' });
  const made = await token.create({ name: 'a new program' });
  expect((await token.list()).map(({ name }) => name)).toContain('a new program');
  await token.revoke({ id: made.id });
  expect(await people.disable({ id })).toEqual({ ended: 0 });
}

async function collect(db: TestDatabase, deviceId: DeviceId, noonMs: number): Promise<void> {
  using connection = await db.connect();
  const batch = sampleBatch({
    introduces: [
      seriesDefinition(0, deviceId, octets),
      seriesDefinition(1, deviceId, status, { kind: 'state', unit: '1' }),
    ],
    numbers: [0, 30, 60, 90].map((s) => ({
      ref: 0,
      timeUs: (noonMs + s * 1_000) * 1_000,
      value: 1_000 + s * 100,
      ...(s === 0 ? {} : { delta: 3_000, spanMs: 30_000 }),
    })),
    ends: [{ ref: 1, timeUs: noonMs * 1_000 + 1 }],
    texts: [
      { ref: 1, timeUs: noonMs * 1_000, value: 'UP' },
      { ref: 1, timeUs: noonMs * 1_000, value: 'a\0b' },
    ],
  });
  const stored = { rows: 5, quarantined: 1 };
  expect(await writeBatch(connection, batch, new SeriesResolver())).toMatchObject({
    outcome: 'stored',
    ...stored,
    newSeries: 2,
  });
  expect(await writeBatch(connection, batch, new SeriesResolver())).toMatchObject({
    outcome: 'repeated',
    ...stored,
  });
}

async function report(db: TestDatabase, deviceId: DeviceId, noonMs: number): Promise<void> {
  const node = 'new-node';
  await reportNode(db.pool, {
    name: node,
    incarnation: noonMs,
    role: 'both',
    version: '0.1.0',
    startedAtMs: noonMs,
    feedAddress: 'tcp://127.0.0.1:5555',
    devices: 1,
    samplesPerSecond: 1.5,
    samplesDropped: 0,
    queuedBatches: 0,
  });
  const session = {
    state: 'streaming' as const,
    sinceMs: noonMs,
    node,
    synced: true,
    lastError: null,
    lastErrorAtMs: null,
    connects: 1,
    updatesTotal: 5,
    updatesPerSecond: 1,
    lastUpdateAtMs: noonMs,
    lagMs: 2,
    target: null,
  };
  const [held] = await listEndpointSessions(db.pool, [deviceId]);
  const owner = { deviceId, endpointId: held!.endpointId };
  await upsertSessions(db.pool, [{ ...owner, session }]);
  await upsertSessions(db.pool, [{ ...owner, session: { ...session, updatesTotal: 6 } }]);
  const gap = { ...owner, path: null, fromMs: noonMs, toMs: null, reason: 'down', lost: 3, node };
  await insertGaps(db.pool, [gap]);
  await closeGaps(db.pool, [{ ...owner, toMs: noonMs + 10_000 }]);
  const wanted = { deviceIds: [deviceId], fromMs: noonMs, toMs: noonMs + 60_000 };
  expect(await listGaps(db.pool, wanted)).toHaveLength(1);
  await insertEvents(db.pool, [
    { timeMs: noonMs, kind: 'session', severity: 'warning', subject: 'new-leaf', detail: 'away' },
  ]);
}

async function testConnection(
  db: TestDatabase,
  client: OperationClient,
  { deviceId, services }: { deviceId: DeviceId; services: ReturnType<typeof testServices> },
): Promise<void> {
  const { commandId } = await client.device.testConnection({ deviceId, endpoint });
  const claimed = await claimConnectionTest(db.pool, services.secrets, 'new-node');
  expect(claimed).toMatchObject({ id: commandId, endpoint: { password: 'hunter2' } });
  await finishCommand(db.pool, claimed!.id, { problem: null });
  expect(await client.command.get({ id: commandId })).toMatchObject({ state: 'done' });
}

async function look(client: OperationClient, noonMs: number): Promise<void> {
  const selectors = [{ path: '/interfaces/interface/state', devices: ['new-leaf'] }];
  const range = { fromMs: noonMs, toMs: noonMs + 120_000 };
  const answer = await client.query.run({ selectors, function: 'rate', ...range });
  expect(answer.series.map(({ values }) => values)).toEqual([[100, 100, 100]]);
  expect(await client.query.latest({ selectors })).toHaveLength(2);
  expect((await client.query.metrics({})).length).toBeGreaterThan(1);
  expect(await client.system.events({ subject: 'new-leaf' })).not.toHaveLength(0);
  expect((await client.system.nodes()).map(({ name }) => name)).toContain('new-node');
  expect((await client.system.storage()).tables.length).toBeGreaterThan(3);
}

async function takeConfigurationAlong(db: TestDatabase): Promise<void> {
  const options = { actor: 'noc', skipExisting: false, dryRun: false };
  const read = async () => configurationDocument.parse(await exportConfiguration(db.pool, 0));
  const document = await read();
  expect(document.devices.map(({ name }) => name)).toContain('new-leaf');
  const summary = await importConfiguration(db.pool, document, options);
  // All of it is there already.
  expect(summary).toMatchObject({ devices: 0, dashboards: 0 });
  expect(await read()).toEqual(document);
}

async function tidyUp(db: TestDatabase, client: OperationClient, noonMs: number): Promise<void> {
  const engine = await recordedEngine(db.pool);
  await engine.prepare(noonMs);
  // Minutes leave marks for hours, and hours for days.
  const laterMs = noonMs + 2 * 86_400_000;
  while ((await engine.refreshRollups(laterMs)) > 0);
  const { rows } = await db.pool.query(
    `select sum(count)::int as count, sum(increase) as increase from sample_1d
     where series_id in (select id from series where path = $1)`,
    [octets],
  );
  expect(rows).toEqual([{ count: 4, increase: 9_000 }]);
  await client.system.setRetention({ rawDays: 29 });
  await engine.dropOld(systemClock.nowMs(), await readRetention(db.pool));
  await clearOld(db.pool);
  await markNodeStopped(db.pool, 'new-node', noonMs);
}

const historied = ['site', 'device', 'device_endpoint', 'subscription'] as const;

/**
 * Rows of the inventory whose newest history is not how they look now, or whose history has holes. What a migration
 * added to a table since is not in the older rows of its history.
 */
export async function findBrokenHistory(db: TestDatabase): Promise<unknown[]> {
  const broken: unknown[] = [];
  for (const table of historied) {
    const { rows } = await db.pool.query(
      `select '${table}' as table, now_there.id from ${table} now_there
       left join ${table}_history as kept on kept.id = now_there.id and kept.valid_to is null
       where kept.id is null or not (kept."row" <@ to_jsonb(now_there))
       union all
       select '${table}', id from (
         select id, valid_from, lag(valid_to, 1, valid_from) over (partition by id order by valid_from) as until
         from ${table}_history) as chained
       where until is distinct from valid_from`,
    );
    broken.push(...rows);
  }
  return broken;
}
