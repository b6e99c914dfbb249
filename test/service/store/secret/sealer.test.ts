/** Who may take a password: whoever can seal it so that a collector of this database opens it. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadTargets } from '../../../../service/store/inventory/inventory.ts';
import { keyFileIn, writeKeyFile } from '../../../../service/store/secret/key-file.ts';
import { SecretBox } from '../../../../service/store/secret/sealed-secret.ts';
import { loadSharedSecrets } from '../../../../service/store/secret/shared-secrets.ts';
import { testDatabase, type TestDatabase } from '../../../support/database.ts';
import { operationsAs, testServices } from '../../../support/operation-client.ts';
import { collectorTurn, masterKey } from '../../../support/secret-keys.ts';

const endpoint = { address: '192.0.2.1', username: 'noc', password: 'hunter2' };

async function addDevice(db: TestDatabase, secrets: SecretBox, name = 'leaf-01'): Promise<void> {
  await using services = testServices(db);
  await operationsAs({ ...services, secrets }, 'operator').device.add({ name, endpoint });
}

const nobody = {
  code: 'CONFIG_INVALID',
  message: expect.stringMatching(
    /^no collector could open what is entered here: .* start a collector, or set NOCTURNE_SECRET_KEYS/,
  ) as string,
};

describe('a program without keys', () => {
  test('takes a password once a collector has worked on the database, and cannot open it', async () => {
    await using db = await testDatabase();
    const none = new SecretBox([]);
    await expect(addDevice(db, none)).rejects.toMatchObject(nobody);
    const collector = await collectorTurn(db, [masterKey('k1')]);
    await addDevice(db, none);
    expect((await loadTargets(db.pool, collector)).targets).toMatchObject([
      { endpoint: { username: 'noc', password: 'hunter2' } },
    ]);
    expect((await loadTargets(db.pool, none)).targets).toEqual([]);
  });

  test('finds the key file that a collector on its data folder makes later', async () => {
    await using db = await testDatabase();
    const dataDir = await mkdtemp(path.join(os.tmpdir(), 'nocturne-keys-'));
    const box = await loadSharedSecrets(undefined, dataDir);
    await expect(addDevice(db, box)).rejects.toMatchObject(nobody);
    const key = masterKey('k1');
    await writeKeyFile(keyFileIn(dataDir), [key]);
    await addDevice(db, box);
    expect((await loadTargets(db.pool, new SecretBox([key]))).targets).toHaveLength(1);
    await rm(dataDir, { recursive: true });
  });
});

describe('a program with keys of its own', () => {
  test('seals to the collector’s all the same', async () => {
    await using db = await testDatabase();
    const collector = await collectorTurn(db, [masterKey('k1')]);
    const strange = new SecretBox([masterKey('k1')]);
    await addDevice(db, strange);
    expect((await loadTargets(db.pool, collector)).targets).toHaveLength(1);
    expect((await loadTargets(db.pool, strange)).refused).toHaveLength(1);
  });

  test('seals with them only where nothing says that they are not the collectors’', async () => {
    await using db = await testDatabase();
    const shared = new SecretBox([masterKey('k1')]);
    await addDevice(db, shared, 'leaf-01');
    await addDevice(db, shared, 'leaf-02');
    const other = new SecretBox([masterKey('k2')]);
    await expect(addDevice(db, other, 'leaf-03')).rejects.toMatchObject(nobody);
  });
});

test('after a change of keys, secrets go to the new one; who has the old one alone opens none', async () => {
  await using db = await testDatabase();
  const [old, fresh] = [masterKey('old'), masterKey('new')];
  const before = await collectorTurn(db, [old]);
  await addDevice(db, before, 'leaf-01');
  const after = await collectorTurn(db, [fresh, old]);
  await addDevice(db, before, 'leaf-02');
  expect((await loadTargets(db.pool, after)).targets).toHaveLength(2);
  expect((await loadTargets(db.pool, before)).targets.map(({ deviceName }) => deviceName)).toEqual([
    'leaf-01',
  ]);
  // A collector that begins again with the old key alone puts that in use again.
  await collectorTurn(db, [old]);
  await addDevice(db, after, 'leaf-03');
  expect((await loadTargets(db.pool, before)).targets).toHaveLength(2);
});
