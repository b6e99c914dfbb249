import { describe, expect, test } from 'vitest';
import { loadTargets } from '../../../../service/store/inventory/inventory.ts';
import { insertCredential } from '../../../../service/store/secret/credential.ts';
import { readEnvelope } from '../../../../service/store/secret/envelope-codec.ts';
import { masterFingerprint } from '../../../../service/store/secret/master-key.ts';
import { resealSecrets } from '../../../../service/store/secret/reseal.ts';
import { SecretBox } from '../../../../service/store/secret/sealed-secret.ts';
import { testDatabase, type TestDatabase } from '../../../support/database.ts';
import { operationsAs, testServices } from '../../../support/operation-client.ts';
import { collectorTurn, masterKey } from '../../../support/secret-keys.ts';

const endpoint = { address: '192.0.2.1', username: 'noc', password: 'hunter2' };

async function addDevice(db: TestDatabase, secrets: SecretBox, name: string): Promise<string> {
  await using services = testServices(db);
  const client = operationsAs({ ...services, secrets }, 'operator');
  return (await client.device.add({ name, endpoint })).id;
}

async function versions({ pool }: TestDatabase): Promise<unknown[]> {
  const { rows } = await pool.query<{ sealed: Buffer }>(
    'select sealed from credential order by id',
  );
  return rows.map(({ sealed }) => {
    const envelope = readEnvelope(sealed);
    return envelope?.version === 2 ? envelope.parts[0]!.fingerprint : envelope?.keyId;
  });
}

describe('sealing anew', () => {
  test('brings what the release before sealed to the collector’s public key, removed devices too', async () => {
    await using db = await testDatabase();
    const key = masterKey('k1');
    const box = new SecretBox([key]);
    await addDevice(db, box, 'leaf-01');
    const gone = await addDevice(db, box, 'gone');
    await db.pool.query('update device set retired_at = now() where id = $1', [gone]);
    expect(await versions(db)).toEqual(['k1', 'k1']);
    expect(await resealSecrets(db.pool, box, 'col-a')).toEqual({ sealed: 0, left: 0 });
    await collectorTurn(db, [key]);
    expect(await resealSecrets(db.pool, box, 'col-a')).toEqual({ sealed: 2, left: 0 });
    expect(await versions(db)).toEqual([masterFingerprint(key), masterFingerprint(key)]);
    expect(await resealSecrets(db.pool, box, 'col-a')).toEqual({ sealed: 0, left: 0 });
    expect((await loadTargets(db.pool, box)).targets).toMatchObject([
      { endpoint: { username: 'noc', password: 'hunter2' } },
    ]);
    const { rows } = await db.pool.query(
      `select actor, subject_id as subject, after from audit where operation = 'keys.reseal'`,
    );
    expect(rows).toEqual([
      { actor: 'col-a', subject: masterFingerprint(key), after: { credentials: 2 } },
    ]);
  });

  test('does not start a session anew', async () => {
    await using db = await testDatabase();
    const key = masterKey('k1');
    const box = new SecretBox([key]);
    await addDevice(db, box, 'leaf-01');
    const before = await loadTargets(db.pool, box);
    await collectorTurn(db, [key]);
    await resealSecrets(db.pool, box, 'col-a');
    expect(await loadTargets(db.pool, box)).toEqual(before);
  });

  test('takes secrets from an old key to a new one, and leaves those that do not open', async () => {
    await using db = await testDatabase();
    const [old, fresh, lost] = [masterKey('old'), masterKey('new'), masterKey('lost')];
    await addDevice(db, await collectorTurn(db, [lost]), 'leaf-01');
    await addDevice(db, await collectorTurn(db, [old]), 'leaf-02');
    const rotated = await collectorTurn(db, [fresh, old]);
    expect(await resealSecrets(db.pool, rotated, 'col-a')).toEqual({ sealed: 1, left: 1 });
    expect(await versions(db)).toEqual([masterFingerprint(lost), masterFingerprint(fresh)]);
    expect((await loadTargets(db.pool, new SecretBox([fresh]))).targets).toHaveLength(1);
  });

  test('never gives a secret to an endpoint that it was not entered for', async () => {
    await using db = await testDatabase();
    const [old, fresh] = [masterKey('old'), masterKey('new')];
    await addDevice(db, await collectorTurn(db, [old]), 'leaf-01');
    await db.pool.query(`update device_endpoint set address = '198.51.100.1'`);
    const rotated = await collectorTurn(db, [fresh, old]);
    expect(await resealSecrets(db.pool, rotated, 'col-a')).toEqual({ sealed: 0, left: 1 });
    expect((await loadTargets(db.pool, rotated)).refused).toMatchObject([
      {
        deviceName: 'leaf-01',
        problem: expect.stringMatching(
          /^the password kept in credential .* was not entered for 198\.51\.100\.1:57400 with the TLS settings it has now: enter it again$/,
        ) as string,
      },
    ]);
  });

  test('leaves an old secret that endpoints share which are not alike', async () => {
    await using db = await testDatabase();
    const key = masterKey('k1');
    const box = new SecretBox([key]);
    const open = { protocol: 'gnmi', tlsMode: 'verified', tlsName: null, tlsCaPem: null } as const;
    const credentialId = await insertCredential(
      db.pool,
      { to: 'master-key', master: key },
      { name: 'both', secrets: endpoint, endpoint: { address: 'a', port: 1, ...open } },
    );
    await addDevice(db, box, 'leaf-01');
    await addDevice(db, box, 'leaf-02');
    await db.pool.query('update device_endpoint set credential_id = $1', [credentialId]);
    await db.pool.query(
      `update device_endpoint set port = 6030
       where device_id = (select id from device where name = 'leaf-02')`,
    );
    await collectorTurn(db, [key]);
    expect(await resealSecrets(db.pool, box, 'col-a')).toEqual({ sealed: 0, left: 1 });
    expect((await loadTargets(db.pool, box)).targets).toHaveLength(2);
  });
});
