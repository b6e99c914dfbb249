import { describe, expect, test } from 'vitest';
import type { Device, SessionStatus } from '../../../core/contract/device.ts';
import { findBrokenAudit } from '../../../service/store/people/audit.ts';
import { loadTargets } from '../../../service/store/inventory/inventory.ts';
import { reportNode } from '../../../service/store/operating/node.ts';
import { upsertSessions } from '../../../service/store/operating/telemetry-session.ts';
import { SecretBox } from '../../../service/store/secret/sealed-secret.ts';
import { makeCertificates } from '../../support/certificates.ts';
import { testDatabase } from '../../support/database.ts';
import { operationsAs, testServices } from '../../support/operation-client.ts';
import { collectorTurn } from '../../support/secret-keys.ts';
import { addEndpointRow } from '../../support/telemetry-rows.ts';

const endpoint = { address: '192.0.2.1', tlsMode: 'plaintext' as const };

function streaming({ id, endpoints }: Device, updatesTotal: number, node = 'col-a') {
  const session = {
    state: 'streaming' as const,
    sinceMs: 1_000,
    node,
    synced: true,
    lastError: null,
    lastErrorAtMs: null,
    connects: 1,
    updatesTotal,
    updatesPerSecond: 10,
    lastUpdateAtMs: 2_000,
    lagMs: 12.5,
    target: { protocol: 'gnmi' as const, gnmiVersion: '0.10.0', encodings: ['PROTO'], models: 4 },
  };
  return { deviceId: id, endpointId: endpoints[0]!.id, session };
}

function watched({ id, endpoints }: Device, session: SessionStatus | null) {
  return { deviceId: id, session, endpoints: [{ endpointId: endpoints[0]!.id, session }] };
}

describe('devices', () => {
  test('one that was added can be read, listed and collected, its secrets never come out', async () => {
    await using db = await testDatabase();
    await using services = testServices(db);
    const client = operationsAs(services, 'operator');
    const added = await client.device.add({
      name: 'leaf-01',
      site: 'fra-1',
      tags: { role: 'leaf' },
      endpoint: { ...endpoint, username: 'noc', password: 'hunter2' },
    });
    expect(added).toMatchObject({
      name: 'leaf-01',
      site: 'fra-1',
      tags: { role: 'leaf' },
      adminState: 'active',
      endpoint: { ...endpoint, port: 57_400, protocol: 'gnmi', hasCredential: true },
      session: null,
      retiredAtMs: null,
    });
    expect(await client.device.get({ id: added.id })).toEqual({ ...added, refusedPaths: [] });
    expect(await client.device.list({})).toEqual({ devices: [added], total: 1 });
    expect(await client.system.sites()).toMatchObject([{ name: 'fra-1', devices: 1 }]);
    const { targets } = await loadTargets(db.pool, services.secrets);
    expect(targets[0]?.endpoint).toMatchObject({ username: 'noc', password: 'hunter2' });
    const dump = await db.pool.query(
      `select device::text || device_endpoint::text || credential::text || audit::text as all
       from device, device_endpoint, credential, audit`,
    );
    expect(JSON.stringify([added, dump.rows])).not.toContain('hunter2');
  });

  test.each([
    `Robert'); drop table device;--`,
    '100 % "quoted" \\ back',
    '\u202eright-to-left \u05d0\u05d1',
    'emoji 👩‍👩‍👧 Ω',
    '${jndi} $1 {0}',
  ])('the name %j comes back as it was given', async (name) => {
    await using db = await testDatabase();
    await using services = testServices(db);
    const client = operationsAs(services, 'operator');
    const added = await client.device.add({ name, endpoint, tags: { note: name }, site: name });
    expect(added).toMatchObject({ name, site: name, tags: { note: name } });
    expect((await client.device.list({ search: name.slice(1) })).total).toBe(1);
    expect((await client.device.list({ search: `${name}%` })).total).toBe(0);
  });

  test('what cannot be stored is refused with a sentence', async () => {
    await using db = await testDatabase();
    await using services = testServices(db);
    const client = operationsAs(services, 'operator');
    await expect(client.device.add({ name: 'a\0b', endpoint })).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      status: 422,
      message: 'name: must not hold control characters',
    });
    await expect(
      client.device.add({ name: 'a', endpoint, tags: { note: 'x\0y' } }),
    ).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      message: expect.stringContaining('a character the database cannot store') as string,
    });
    await expect(
      client.device.get({ id: '00000000-0000-7000-8000-000000000000' }),
    ).rejects.toMatchObject({ code: 'NOT_FOUND', status: 404 });
  });

  test.each([
    'http://leaf-01',
    'leaf 01',
    '192.0.2.300',
    '1.2.3',
    '::g',
    'leaf-01:57400',
    '-a',
    'a..b',
  ])('the address %j is refused and named', async (address) => {
    await using db = await testDatabase();
    await using services = testServices(db);
    await expect(
      operationsAs(services, 'operator').device.add({ name: 'a', endpoint: { address } }),
    ).rejects.toMatchObject({
      code: 'ADDRESS_INVALID',
      message: expect.stringContaining(JSON.stringify(address)) as string,
    });
  });

  test.each([
    ['leaf-01.example.net', 'leaf-01.example.net'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1%eth0'],
    ['192.0.2.1', '192.0.2.1'],
  ])('the address %j is stored as %j', async (address, stored) => {
    await using db = await testDatabase();
    await using services = testServices(db);
    const client = operationsAs(services, 'operator');
    const added = await client.device.add({ name: 'a', endpoint: { address } });
    expect(added.endpoint?.address).toBe(stored);
  });

  test('a name is free again once its device is removed, and then the old one cannot come back', async () => {
    await using db = await testDatabase();
    await using services = testServices(db);
    const client = operationsAs(services, 'operator');
    const first = await client.device.add({ name: 'leaf-01', endpoint });
    const taken = expect.objectContaining({
      code: 'CONFLICT',
      status: 409,
      message: expect.stringContaining('"leaf-01" exists already') as string,
    }) as Error;
    await expect(client.device.add({ name: 'leaf-01', endpoint })).rejects.toThrow(taken);
    const removed = await client.device.remove({ id: first.id });
    expect(removed.retiredAtMs).not.toBeNull();
    expect((await client.device.list({})).total).toBe(0);
    await client.device.add({ name: 'leaf-01', endpoint });
    await expect(client.device.restore({ id: first.id })).rejects.toThrow(taken);
  });

  test('a change leaves alone what it does not name', async () => {
    await using db = await testDatabase();
    await using services = testServices(db);
    const client = operationsAs(services, 'operator');
    const { id } = await client.device.add({
      name: 'leaf-01',
      site: 'fra-1',
      tags: { a: '1' },
      endpoint: { ...endpoint, username: 'noc', password: 'one' },
    });
    const changed = await client.device.update({ id, endpoint: { port: 6_030, password: 'two' } });
    expect(changed).toMatchObject({
      site: 'fra-1',
      tags: { a: '1' },
      endpoint: { address: '192.0.2.1', port: 6_030, tlsMode: 'plaintext' },
    });
    const { targets } = await loadTargets(db.pool, services.secrets);
    expect(targets[0]?.endpoint).toMatchObject({ username: 'noc', password: 'two' });
    expect((await client.device.update({ id, site: null })).site).toBeNull();
    expect((await client.device.update({ id, adminState: 'inactive' })).adminState).toBe(
      'inactive',
    );
  });

  test.each([
    ['with the collectors’ keys', false],
    ['without any', true],
  ])('a stored password stays where it was given for (a console %s)', async (_what, keyless) => {
    await using db = await testDatabase();
    await using services = testServices(db);
    const collector = services.secrets;
    if (keyless) await collectorTurn(db, collector.masters);
    const secrets = keyless ? new SecretBox([]) : collector;
    const client = operationsAs({ ...services, secrets }, 'operator');
    const { id } = await client.device.add({
      name: 'leaf-01',
      endpoint: { ...endpoint, tlsMode: 'verified', username: 'noc', password: 'one' },
    });
    const change = (part: object) => client.device.update({ id, endpoint: part });
    const refusal = 'give the password again, the stored one is not sent there';
    await expect(change({ address: '192.0.2.9' })).rejects.toThrow(
      `the address changes from 192.0.2.1 to 192.0.2.9: ${refusal}`,
    );
    await expect(change({ tlsMode: 'plaintext' })).rejects.toThrow(
      `TLS changes from verified to plaintext: ${refusal}`,
    );
    await expect(change({ tlsMode: 'skip-verify', username: 'eve' })).rejects.toThrow(refusal);
    await expect(change({ port: 6_030 })).rejects.toThrow(
      `the port changes from 57400 to 6030: ${refusal}`,
    );
    await expect(change({ tlsName: 'elsewhere' })).rejects.toThrow(
      `the name expected in the certificate changes from none to elsewhere: ${refusal}`,
    );
    const tlsCaPem = (await makeCertificates()).authority.certPem.toString();
    await expect(change({ tlsCaPem })).rejects.toThrow(`the CA certificate changes: ${refusal}`);
    await change({ address: '192.0.2.1', port: 57_400, tlsMode: 'verified' });
    await change({ address: '192.0.2.9', port: 6_030, tlsMode: 'plaintext', password: 'two' });
    const { targets } = await loadTargets(db.pool, collector);
    expect(targets[0]?.endpoint).toMatchObject({
      address: '192.0.2.9',
      port: 6_030,
      username: 'noc',
      password: 'two',
    });

    const open = await client.device.add({ name: 'leaf-02', endpoint });
    await client.device.update({ id: open.id, endpoint: { address: '192.0.2.10' } });
  });

  test('every change has its audit entry, and the log shows when it was tampered with', async () => {
    await using db = await testDatabase();
    await using services = testServices(db);
    const client = operationsAs(services, 'operator');
    const { id } = await client.device.add({ name: 'leaf-01', endpoint });
    await client.device.update({ id, name: 'leaf-1' });
    await client.device.remove({ id });
    const { rows } = await db.pool.query(
      `select id, operation, actor, before->>'name' as before, after->>'name' as after from audit order by id`,
    );
    expect(rows).toEqual([
      { id: 1, operation: 'device.add', actor: 'the operator', before: null, after: 'leaf-01' },
      {
        id: 2,
        operation: 'device.update',
        actor: 'the operator',
        before: 'leaf-01',
        after: 'leaf-1',
      },
      {
        id: 3,
        operation: 'device.remove',
        actor: 'the operator',
        before: 'leaf-1',
        after: 'leaf-1',
      },
    ]);
    expect(await findBrokenAudit(db.pool)).toBeNull();
    for (const change of [`update audit set actor = 'x'`, 'delete from audit', 'truncate audit']) {
      await expect(db.pool.query(change)).rejects.toThrow(/append-only/);
    }
    await db.pool.query('alter table audit disable trigger append_only');
    await db.pool.query(`update audit set actor = 'x' where id = 2`);
    expect(await findBrokenAudit(db.pool)).toBe(2);
  });

  test('history keeps how it was, and by whom it was changed', async () => {
    await using db = await testDatabase();
    await using services = testServices(db);
    const client = operationsAs(services, 'operator');
    const { id } = await client.device.add({ name: 'leaf-01', endpoint });
    await client.device.update({ id, name: 'leaf-1', tags: { a: '1' } });
    const { rows } = await db.pool.query(
      `select "row"->>'name' as name, valid_to is null as open, actor from device_history
       where id = $1 order by history_id`,
      [id],
    );
    expect(rows).toEqual([
      { name: 'leaf-01', open: false, actor: 'the operator' },
      { name: 'leaf-1', open: true, actor: 'the operator' },
    ]);
  });

  test('watching gives all sessions first, then those that change', async () => {
    await using db = await testDatabase();
    await using services = testServices(db);
    const client = operationsAs(services, 'operator');
    await services.listener.ready;
    const first: Device = await client.device.add({ name: 'leaf-01', endpoint });
    const second: Device = await client.device.add({ name: 'leaf-02', endpoint });
    const abort = new AbortController();
    const stream = await client.device.watch({}, { signal: abort.signal });
    expect((await stream.next()).value).toEqual([watched(first, null), watched(second, null)]);
    const report = streaming(second, 5);
    await upsertSessions(db.pool, [report]);
    expect((await stream.next()).value).toEqual([watched(second, report.session)]);
    abort.abort();
    await stream.return?.();
  });

  test('what a vanished collector said last is not shown as true', async () => {
    await using db = await testDatabase();
    await using services = testServices(db);
    const client = operationsAs(services, 'operator');
    const device = await client.device.add({ name: 'leaf-01', endpoint });
    const { id } = device;
    await reportNode(db.pool, {
      name: 'col-a',
      incarnation: 1,
      role: 'collector',
      version: '0.1.0',
      startedAtMs: 1_000,
      feedAddress: null,
      devices: 1,
      samplesPerSecond: 5,
      samplesDropped: 0,
      queuedBatches: 0,
    });
    await upsertSessions(db.pool, [streaming(device, 5)]);
    expect((await client.device.get({ id })).session).toMatchObject({ state: 'streaming' });
    expect((await client.system.status()).devices).toEqual({ total: 1, streaming: 1 });
    await db.pool.query(`update node set seen_at = now() - interval '1 minute'`);
    expect((await client.device.get({ id })).session).toMatchObject({
      state: 'idle',
      synced: false,
      updatesPerSecond: 0,
      lastError: expect.stringContaining(
        'the collector col-a has not been heard of since',
      ) as string,
    });
    expect((await client.system.nodes())[0]).toMatchObject({ alive: false });
    expect((await client.system.status()).devices).toEqual({ total: 1, streaming: 0 });
  });
});

test('the target behind an address and the largest message are settings of the endpoint', async () => {
  await using db = await testDatabase();
  await using services = testServices(db);
  const client = operationsAs(services, 'operator');
  const given = { requestTarget: ' leaf-01 ', maxMessageBytes: 8_388_608 };
  const added = await client.device.add({ name: 'leaf-01', endpoint: { ...endpoint, ...given } });
  const stored = { requestTarget: 'leaf-01', maxMessageBytes: 8_388_608 };
  expect(added).toMatchObject({ endpoint: stored, endpoints: [stored] });
  const change = (one: object) => client.device.update({ id: added.id, endpoint: one });
  expect(await change({ port: 6_030 })).toMatchObject({ endpoint: { port: 6_030, ...stored } });
  const [target] = (await loadTargets(db.pool, services.secrets)).targets;
  expect(target?.endpoint).toMatchObject(stored);
  await expect(change({ requestTarget: '*' })).rejects.toThrow(/must name one device/);
  await expect(change({ maxMessageBytes: 1 })).rejects.toThrow(/65,?536/);
  expect(await change({ requestTarget: '', maxMessageBytes: null })).toMatchObject({
    endpoint: { requestTarget: null, maxMessageBytes: null },
  });
});

test('a device of several endpoints lists each with its session', async () => {
  await using db = await testDatabase();
  await using services = testServices(db);
  const client = operationsAs(services, 'operator');
  const added: Device = await client.device.add({ name: 'leaf-01', endpoint });
  const second = await addEndpointRow(db.pool, added.id, 1);
  await db.pool.query(
    `insert into device_endpoint (id, device_id, position, protocol, address, port)
     values (gen_random_uuid(), $1, 2, 'netconf', '192.0.2.7', 830)`,
    [added.id],
  );
  const one = streaming(added, 5);
  const refused = { ...one.session, state: 'refused' as const, target: null };
  const heard = (hostname: string | null, serial: string | null) => ({
    reported: { hostname, serial },
    refusedPaths: [{ path: `/of-${serial}`, reason: 'not here' }],
  });
  await upsertSessions(db.pool, [
    { ...one, detail: heard(null, 'A') },
    { ...one, endpointId: second, session: refused, detail: heard('leaf-01', 'B') },
  ]);
  const device = await client.device.get({ id: added.id });
  expect(device).toMatchObject({
    endpoint: { address: added.endpoint!.address },
    session: { state: 'streaming' },
    reported: { hostname: 'leaf-01', serial: 'A' },
    endpoints: [
      { id: one.endpointId, protocol: 'gnmi', session: { state: 'streaming' } },
      { id: second, address: '192.0.2.1', session: { state: 'refused' } },
      { protocol: 'netconf', port: 830, tlsMode: null, session: null },
    ],
  });
  expect(device.refusedPaths.map(({ path }) => path)).toEqual(['/of-A', '/of-B']);
  expect((await client.device.list({ search: '192.0.2.7' })).total).toBe(1);
});

describe('what a device says of itself', () => {
  const reported = {
    platform: 'VesperOS',
    vendor: 'Vesper Networks',
    model: 'VS-7124',
    serial: 'VN1',
    hardwareVersion: '2.1',
    softwareVersion: '4.31.2',
    hostname: 'leaf-01',
    bootedAtMs: 1_000,
  };
  const refusedPaths = [{ path: '/lldp', reason: 'not here' }];

  test('is shown until a person says otherwise, and each says who said it', async () => {
    await using db = await testDatabase();
    await using services = testServices(db);
    const client = operationsAs(services, 'operator');
    const added = await client.device.add({ name: 'leaf-01', endpoint });
    const nobody = { platform: null, model: null, serial: null };
    expect(added).toMatchObject({ ...nobody, factSources: nobody, reported: null });
    const detail = { reported, refusedPaths };
    await upsertSessions(db.pool, [{ ...streaming(added, 1), detail }]);
    await client.device.update({ id: added.id, serial: 'from the label' });
    const device = await client.device.get({ id: added.id });
    expect(device).toMatchObject({
      platform: 'VesperOS',
      model: 'VS-7124',
      serial: 'from the label',
      factSources: { platform: 'reported', model: 'reported', serial: 'entered' },
      reported,
      refusedPaths,
      session: { target: { gnmiVersion: '0.10.0', encodings: ['PROTO'], models: 4 } },
    });
    const { refusedPaths: _, ...listed } = device;
    expect((await client.device.list({ search: 'vesperos' })).devices).toEqual([listed]);
    expect((await client.device.list({ search: 'the LABEL' })).total).toBe(1);
    expect((await client.device.list({ search: 'VN1' })).total).toBe(0);
    expect(await client.device.update({ id: added.id, serial: null })).toMatchObject({
      serial: 'VN1',
      factSources: { serial: 'reported' },
    });
  });

  test('can be entered with the device, before it says anything', async () => {
    await using db = await testDatabase();
    await using services = testServices(db);
    const client = operationsAs(services, 'operator');
    const facts = { platform: 'EOS', model: 'DCS-1', serial: 'S1' };
    const added = await client.device.add({ name: 'leaf-01', endpoint, ...facts });
    const entered = { platform: 'entered', model: 'entered', serial: 'entered' };
    expect(added).toMatchObject({ ...facts, factSources: entered });
    expect(await client.device.update({ id: added.id, name: 'leaf-1' })).toMatchObject(facts);
    expect(await client.device.update({ id: added.id, model: 'DCS-2' })).toMatchObject({
      ...facts,
      model: 'DCS-2',
    });
  });

  test('stays known over a new start of the collector, and is replaced by what it says', async () => {
    await using db = await testDatabase();
    await using services = testServices(db);
    const client = operationsAs(services, 'operator');
    const device = await client.device.add({ name: 'leaf-01', endpoint });
    const { id } = device;
    const told = streaming(device, 1);
    await upsertSessions(db.pool, [{ ...told, detail: { reported, refusedPaths } }]);
    await upsertSessions(db.pool, [{ ...told, session: { ...told.session, target: null } }]);
    expect(await client.device.get({ id })).toMatchObject({
      reported,
      refusedPaths,
      session: { target: told.session.target },
    });
    await upsertSessions(db.pool, [
      { ...told, detail: { reported: undefined, refusedPaths: undefined } },
    ]);
    expect(await client.device.get({ id })).toMatchObject({ reported, refusedPaths });
    const other = { ...reported, serial: null, model: 'VS-9032' };
    await upsertSessions(db.pool, [{ ...told, detail: { reported: other, refusedPaths: [] } }]);
    expect(await client.device.get({ id })).toMatchObject({
      model: 'VS-9032',
      serial: null,
      refusedPaths: [],
    });
  });

  test('is no change that a person made', async () => {
    await using db = await testDatabase();
    await using services = testServices(db);
    const client = operationsAs(services, 'operator');
    const device = await client.device.add({ name: 'leaf-01', endpoint });
    const { id } = device;
    const detail = { reported, refusedPaths };
    await upsertSessions(db.pool, [{ ...streaming(device, 1), detail }]);
    await client.device.update({ id, name: 'leaf-1' });
    const { rows } = await db.pool.query<{ after: object }>(
      'select after from audit order by id desc limit 1',
    );
    expect(rows[0]?.after).toMatchObject({ name: 'leaf-1', platform: null, model: null });
    expect(JSON.stringify(rows[0])).not.toContain('Vesper');
    expect(JSON.stringify(rows[0])).not.toContain('streaming');
  });
});
