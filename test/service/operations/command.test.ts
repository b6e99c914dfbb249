import { describe, expect, test } from 'vitest';
import {
  claimConnectionTest,
  finishCommand,
  updateCommandSteps,
} from '../../../service/store/operating/command.ts';
import { SecretBox } from '../../../service/store/secret/sealed-secret.ts';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { collectorTurn } from '../../support/secret-keys.ts';
import { operationsAs, testServices, type TestServices } from '../../support/operation-client.ts';

const endpoint = {
  address: '192.0.2.1',
  tlsMode: 'plaintext' as const,
  username: 'noc',
  password: 'hunter2',
};
const step = { name: 'TCP', state: 'done' as const, detail: '192.0.2.1:57400', elapsedMs: 3 };

/** A console of its own kind, and the keys that its collector has. */
async function consoleOf(db: TestDatabase, services: TestServices, keyless: boolean) {
  const collector = services.secrets;
  if (keyless) await collectorTurn(db, collector.masters);
  const secrets = keyless ? new SecretBox([]) : collector;
  return { collector, client: operationsAs({ ...services, secrets }, 'operator') };
}

describe.each([
  ['with the collectors’ keys', false],
  ['without any', true],
])('a connection test of a console %s', (_what, keyless) => {
  test('of a device being edited takes its stored secrets where none are entered', async () => {
    await using db = await testDatabase();
    await using services = testServices(db);
    const { client, collector } = await consoleOf(db, services, keyless);
    const device = await client.device.add({ name: 'leaf-01', endpoint });
    const edited = { address: '192.0.2.1', tlsMode: 'plaintext' as const };
    await client.device.testConnection({ endpoint: edited, deviceId: device.id });
    expect(await claimConnectionTest(db.pool, collector, 'col-a')).toMatchObject({
      endpoint: { ...edited, port: 57_400, username: 'noc', password: 'hunter2' },
    });
    const other = { ...edited, password: 'two' };
    await client.device.testConnection({ endpoint: other, deviceId: device.id });
    expect(await claimConnectionTest(db.pool, collector, 'col-a')).toMatchObject({
      endpoint: { ...other, username: 'noc' },
    });
    await client.device.testConnection({ endpoint: edited });
    expect(await claimConnectionTest(db.pool, collector, 'col-a')).toMatchObject({
      endpoint: { ...edited, username: null, password: null },
    });
  });

  test('does not open for an endpoint that was changed in the database meanwhile', async () => {
    await using db = await testDatabase();
    await using services = testServices(db);
    const { client, collector } = await consoleOf(db, services, true);
    const edited = { address: '192.0.2.1', tlsMode: 'plaintext' as const };
    const { id: deviceId } = await client.device.add({ name: 'leaf-01', endpoint });
    const moved = `jsonb_set(request, '{endpoint,address}', '"198.51.100.1"')`;
    for (const test of [{ endpoint }, { endpoint: edited, deviceId }]) {
      const { commandId } = await client.device.testConnection(test);
      await db.pool.query(`update command set request = ${moved} where state = 'waiting'`);
      await expect(claimConnectionTest(db.pool, collector, 'col-a')).rejects.toMatchObject({
        code: 'CREDENTIAL_UNREADABLE',
      });
      expect(await client.command.get({ id: commandId })).toMatchObject({ state: 'failed' });
    }
    // A device's own endpoint, moved together with the command, opens nothing either.
    await client.device.testConnection({ endpoint: edited, deviceId });
    await db.pool.query(`update command set request = ${moved} where state = 'waiting'`);
    await db.pool.query(`update device_endpoint set address = '198.51.100.1'`);
    await expect(claimConnectionTest(db.pool, collector, 'col-a')).rejects.toThrow(
      /^the password kept in credential .* was not entered for 198\.51\.100\.1:57400/,
    );
  });

  test('does not take a stored password to another host', async () => {
    await using db = await testDatabase();
    await using services = testServices(db);
    const { client, collector } = await consoleOf(db, services, keyless);
    const { id: deviceId } = await client.device.add({ name: 'leaf-01', endpoint });
    const elsewhere = { address: '192.0.2.9', tlsMode: 'plaintext' as const };
    await expect(client.device.testConnection({ endpoint: elsewhere, deviceId })).rejects.toThrow(
      'the address changes from 192.0.2.1 to 192.0.2.9: give the password again, the stored one is not sent there',
    );
    expect(await claimConnectionTest(db.pool, collector, 'col-a')).toBeNull();
    const known = { ...elsewhere, password: 'hunter2' };
    await client.device.testConnection({ endpoint: known, deviceId });
    expect(await claimConnectionTest(db.pool, collector, 'col-a')).toMatchObject({
      endpoint: { ...known, username: 'noc' },
    });
  });
});

describe('a connection test', () => {
  test('is claimed by one collector, with its secrets, and followed to its end', async () => {
    await using db = await testDatabase();
    await using services = testServices(db);
    await services.listener.ready;
    const client = operationsAs(services, 'operator');
    const { commandId } = await client.device.testConnection({ endpoint });
    const stream = await client.command.watch({ id: commandId });
    expect((await stream.next()).value).toMatchObject({ state: 'waiting', node: null });

    const claims = await Promise.all(
      ['col-a', 'col-b'].map((node) => claimConnectionTest(db.pool, services.secrets, node)),
    );
    const claimed = claims.filter((claim) => claim !== null);
    expect(claimed).toMatchObject([{ id: commandId, endpoint: { ...endpoint, port: 57_400 } }]);
    expect((await stream.next()).value).toMatchObject({ state: 'running', steps: [] });
    expect(await updateCommandSteps(db.pool, commandId, [step])).toBe(true);
    expect((await stream.next()).value).toMatchObject({ state: 'running', steps: [step] });
    await finishCommand(db.pool, commandId, { problem: 'no answer' });
    expect((await stream.next()).value).toMatchObject({ state: 'failed', problem: 'no answer' });
    expect((await stream.next()).done).toBe(true);
    const { rows } = await db.pool.query('select sealed from command');
    expect(rows).toEqual([{ sealed: null }]);
  });

  test('that one collector is taking is not taken by another', async () => {
    await using db = await testDatabase();
    await using services = testServices(db);
    await operationsAs(services, 'operator').device.testConnection({ endpoint });
    using client = await db.connect();
    await client.query('begin');
    expect(await claimConnectionTest(client, services.secrets, 'col-a')).not.toBeNull();
    expect(await claimConnectionTest(db.pool, services.secrets, 'col-b')).toBeNull();
    await client.query('commit');
  });

  test('that nobody takes expires with a sentence, and cannot be claimed any more', async () => {
    await using db = await testDatabase();
    await using services = testServices(db);
    const client = operationsAs(services, 'operator');
    const { commandId } = await client.device.testConnection({ endpoint });
    await db.pool.query(`update command set deadline_at = now() - interval '1 s'`);
    expect(await claimConnectionTest(db.pool, services.secrets, 'col-a')).toBeNull();
    expect(await client.command.get({ id: commandId })).toMatchObject({
      state: 'expired',
      problem: 'no collector took the command in time: is one running?',
    });
    expect(await updateCommandSteps(db.pool, commandId, [step])).toBe(false);
  });

  test('keeps its secrets sealed', async () => {
    await using db = await testDatabase();
    await using services = testServices(db);
    await operationsAs(services, 'operator').device.testConnection({ endpoint });
    const { rows } = await db.pool.query(
      'select command::text as command, audit::text as audit from command, audit',
    );
    expect(JSON.stringify(rows)).not.toContain('hunter2');
  });
});
