import { describe, expect, test } from 'vitest';
import type { SessionStatus } from '../../../../core/contract/device.ts';
import { makeUuid, type DeviceId, type Uuid } from '../../../../core/id.ts';
import { systemClock } from '../../../../core/time.ts';
import { insertCredential } from '../../../../service/store/secret/credential.ts';
import { loadTargets } from '../../../../service/store/inventory/inventory.ts';
import type { DatabasePool } from '../../../../service/store/connection/pool.ts';
import { SecretBox } from '../../../../service/store/secret/sealed-secret.ts';
import type { Sealer } from '../../../../service/store/secret/sealer.ts';
import {
  insertSubscription,
  type Subscription,
} from '../../../../service/store/inventory/subscription.ts';
import { upsertSessions } from '../../../../service/store/operating/telemetry-session.ts';
import { testDatabase } from '../../../support/database.ts';
import { masterKey } from '../../../support/secret-keys.ts';
import { addEndpointRow } from '../../../support/telemetry-rows.ts';

const master = masterKey('k1');
const box = new SecretBox([master]);
const sealer: Sealer = { to: 'master-key', master };
const endpoint = {
  protocol: 'gnmi',
  address: '192.0.2.1',
  port: 57_400,
  tlsMode: 'verified',
  tlsName: null,
  tlsCaPem: null,
} as const;

async function addDevice(
  pool: DatabasePool,
  name: string,
  rest: { tags?: Record<string, string>; adminState?: string; credentialId?: Uuid } = {},
): Promise<string> {
  const id = makeUuid(systemClock);
  await pool.query('insert into device (id, name, tags, admin_state) values ($1, $2, $3, $4)', [
    id,
    name,
    rest.tags ?? {},
    rest.adminState ?? 'active',
  ]);
  await pool.query(
    `insert into device_endpoint (id, device_id, address, port, tls_mode, credential_id)
     values ($1, $2, '192.0.2.1', 57400, 'verified', $3)`,
    [makeUuid(systemClock), id, rest.credentialId ?? null],
  );
  return id;
}

function profile(parts: Partial<Subscription>): Subscription {
  return {
    id: makeUuid(systemClock),
    name: 'profile',
    protocol: 'gnmi',
    paths: [],
    deviceIds: null,
    tags: null,
    siteId: null,
    enabled: true,
    ...parts,
  };
}

const session: SessionStatus = {
  state: 'connecting',
  sinceMs: 1,
  node: null,
  synced: false,
  lastError: null,
  lastErrorAtMs: null,
  connects: 0,
  updatesTotal: 0,
  updatesPerSecond: 0,
  lastUpdateAtMs: null,
  lagMs: null,
  target: null,
};

const sampled = (path: string, sampleIntervalMs: number) => ({
  path,
  mode: 'sample' as const,
  sampleIntervalMs,
  heartbeatIntervalMs: 0,
  suppressRedundant: false,
});

describe('targets to collect', () => {
  test('a device comes with its endpoint, opened secrets and paths', async () => {
    await using db = await testDatabase();
    const secrets = { username: 'noc', password: 'p"\\ß' };
    const credentialId = await insertCredential(db.pool, sealer, {
      name: 'leaf-01',
      secrets,
      endpoint,
    });
    await addDevice(db.pool, 'leaf-01', { credentialId });
    await insertSubscription(db.pool, profile({ paths: [sampled('/interfaces', 5_000)] }));
    const { targets, refused } = await loadTargets(db.pool, box);
    expect(refused).toEqual([]);
    expect(targets).toMatchObject([
      {
        deviceName: 'leaf-01',
        endpoint: {
          address: '192.0.2.1',
          port: 57_400,
          tlsMode: 'verified',
          tlsKeyPem: null,
          ...secrets,
        },
        subscriptions: [sampled('/interfaces', 5_000)],
      },
    ]);
  });

  test('inactive and retired devices are left out, those in maintenance are not', async () => {
    await using db = await testDatabase();
    await addDevice(db.pool, 'quiet', { adminState: 'inactive' });
    await addDevice(db.pool, 'repair', { adminState: 'maintenance' });
    const gone = await addDevice(db.pool, 'gone');
    await db.pool.query('update device set retired_at = now() where id = $1', [gone]);
    const { targets } = await loadTargets(db.pool, box);
    expect(targets.map(({ deviceName }) => deviceName)).toEqual(['repair']);
  });

  test('profiles apply where all their selectors hold; the shorter interval wins', async () => {
    await using db = await testDatabase();
    await addDevice(db.pool, 'leaf-01', { tags: { role: 'leaf' } });
    await addDevice(db.pool, 'spine-01', { tags: { role: 'spine' } });
    await insertSubscription(db.pool, profile({ name: 'a', paths: [sampled('/cpu', 10_000)] }));
    await insertSubscription(
      db.pool,
      profile({ name: 'b', tags: { role: 'leaf' }, paths: [sampled('/cpu', 5_000)] }),
    );
    await insertSubscription(
      db.pool,
      profile({ name: 'c', enabled: false, paths: [sampled('/never', 1_000)] }),
    );
    const { targets } = await loadTargets(db.pool, box);
    const paths = Object.fromEntries(
      targets.map(({ deviceName, subscriptions }) => [deviceName, subscriptions]),
    );
    expect(paths).toEqual({
      'leaf-01': [sampled('/cpu', 5_000)],
      'spine-01': [sampled('/cpu', 10_000)],
    });
  });

  test('the revision changes exactly when something that matters does', async () => {
    await using db = await testDatabase();
    const id = await addDevice(db.pool, 'leaf-01');
    const revision = async () => (await loadTargets(db.pool, box)).targets[0]?.revision;
    const first = await revision();
    await db.pool.query(`update device set model = 'X1' where id = $1`, [id]);
    expect(await revision()).toBe(first);
    await db.pool.query('update device_endpoint set port = 6030 where device_id = $1', [id]);
    expect(await revision()).not.toBe(first);
  });

  test('of several endpoints of one protocol the first is collected, of others none yet', async () => {
    await using db = await testDatabase();
    const id = (await addDevice(db.pool, 'leaf-01')) as DeviceId;
    const second = await addEndpointRow(db.pool, id, 1);
    await db.pool.query(
      `insert into device_endpoint (id, device_id, position, protocol, address, port)
       values (gen_random_uuid(), $1, -1, 'netconf', '192.0.2.1', 830)`,
      [id],
    );
    const endpoints = async () =>
      (await loadTargets(db.pool, box)).targets.map(({ endpointId }) => endpointId);
    const [first, ...others] = await endpoints();
    expect([first === second, others]).toEqual([false, []]);
    await db.pool.query('update device_endpoint set retired_at = now() where id = $1', [first]);
    expect(await endpoints()).toEqual([second]);
  });

  test('what an earlier session learnt comes along, and starts none anew', async () => {
    await using db = await testDatabase();
    await addDevice(db.pool, 'leaf-01');
    const [before] = (await loadTargets(db.pool, box)).targets;
    expect(before?.learnt).toBeNull();
    const learnt = { authority: '192.0.2.1:57400', keepaliveMs: 330_000 };
    const detail = { reported: undefined, refusedPaths: undefined, asked: 'as PROTO', learnt };
    const { deviceId, endpointId, revision } = before!;
    await upsertSessions(db.pool, [{ deviceId, endpointId, session, detail }]);
    // A report that knows nothing of it, as from a node that has not reached the target yet.
    const { learnt: _, ...silent } = detail;
    await upsertSessions(db.pool, [{ deviceId, endpointId, session, detail: silent }]);
    expect((await loadTargets(db.pool, box)).targets).toMatchObject([{ learnt, revision }]);
  });

  test('one credential that does not open keeps nobody else from being collected', async () => {
    await using db = await testDatabase();
    const lost: Sealer = { to: 'master-key', master: masterKey('lost') };
    const secrets = { username: 'noc', password: 'x' };
    const credentialId = await insertCredential(db.pool, lost, { name: 'a', secrets, endpoint });
    await addDevice(db.pool, 'locked', { credentialId });
    await addDevice(db.pool, 'open');
    const { targets, refused } = await loadTargets(db.pool, box);
    expect(targets.map(({ deviceName }) => deviceName)).toEqual(['open']);
    expect(refused).toMatchObject([
      {
        deviceName: 'locked',
        problem: expect.stringContaining('sealed with the key "lost"') as string,
      },
    ]);
  });
});
