import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadCollectorKeys } from '../../../../service/store/secret/collector-keys.ts';
import { listKnownKeys } from '../../../../service/store/secret/known-keys.ts';
import { masterKeysText, parseMasterKeys } from '../../../../service/store/secret/master-key.ts';
import { loadSharedSecrets } from '../../../../service/store/secret/shared-secrets.ts';
import { testDatabase, type TestDatabase } from '../../../support/database.ts';
import { operationsAs, testServices } from '../../../support/operation-client.ts';
import { collectorTurn, masterKey } from '../../../support/secret-keys.ts';

const endpoint = { address: '192.0.2.1', username: 'noc', password: 'hunter2' };
const invalid = (sentence: RegExp) => ({
  code: 'CONFIG_INVALID',
  message: expect.stringMatching(sentence) as string,
});

async function folder(): Promise<AsyncDisposable & { readonly path: string }> {
  const place = await mkdtemp(path.join(os.tmpdir(), 'nocturne-keys-'));
  return { path: place, [Symbol.asyncDispose]: () => rm(place, { recursive: true }) };
}

function start(db: TestDatabase, dataDir: string, given?: string) {
  return loadCollectorKeys(db.pool, { given, dataDir, node: 'col-b' });
}

/** A device whose password was sealed to this key's public half. */
async function addDevice(db: TestDatabase, name: string, key = masterKey('k1')): Promise<void> {
  await collectorTurn(db, [key]);
  await using services = testServices(db);
  await operationsAs(services, 'operator').device.add({ name, endpoint });
}

describe('the keys of a collector', () => {
  test('are made by the first one, for its owner alone, and known to the database', async () => {
    await using db = await testDatabase();
    await using place = await folder();
    const { masters } = await start(db, place.path);
    const file = path.join(place.path, 'secret-keys');
    expect(parseMasterKeys(await readFile(file, 'utf8'), file)).toEqual(masters);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await listKnownKeys(db.pool)).toMatchObject([
      { id: masters[0]!.id, node: 'col-b', sealingSinceMs: null, current: false },
    ]);
    expect((await start(db, place.path)).masters).toEqual(masters);
  });

  test('are made once where two first collectors start at the same moment', async () => {
    await using db = await testDatabase();
    await using one = await folder();
    await using other = await folder();
    const starts = await Promise.allSettled([start(db, one.path), start(db, other.path)]);
    expect(starts.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(await listKnownKeys(db.pool)).toHaveLength(1);
    const same = await Promise.all(
      [start(db, one.path), start(db, one.path)].map((tried) => tried.catch(() => null)),
    );
    expect(same[0]?.masters).toEqual(same[1]?.masters);
  });

  test('are not made by a second one, before and after there are passwords', async () => {
    await using db = await testDatabase();
    await using place = await folder();
    const file = path.join(place.path, 'secret-keys');
    await collectorTurn(db, [masterKey('k1')]);
    await expect(start(db, place.path)).rejects.toMatchObject(
      invalid(
        new RegExp(
          `^this database has keys for its secrets, and there are none here: copy the file secret-keys from the data folder of the collector col-a to ${file}, or set NOCTURNE_SECRET_KEYS as it is set there; where nobody has them any more, give them up with "nocturne keys forget k1" and enter the passwords again$`,
        ),
      ),
    );
    await addDevice(db, 'leaf-01');
    await expect(start(db, place.path)).rejects.toMatchObject(
      invalid(
        /^the secrets of leaf-01 are sealed with the key "k1", not among the keys here: copy/,
      ),
    );
    await expect(readFile(file)).rejects.toThrow('ENOENT');
  });

  test('are not made beside secrets that a program of the release before sealed', async () => {
    await using db = await testDatabase();
    await using place = await folder();
    await using services = testServices(db);
    await operationsAs(services, 'operator').device.add({ name: 'leaf-01', endpoint });
    await expect(start(db, place.path)).rejects.toMatchObject(
      invalid(/^the secrets of leaf-01 are sealed with the key "k1"/),
    );
    const kept = masterKeysText(services.secrets.masters);
    expect((await start(db, place.path, kept)).masters).toEqual(services.secrets.masters);
  });

  test('that a standby made for itself once are refused when it starts', async () => {
    await using db = await testDatabase();
    await using place = await folder();
    await addDevice(db, 'leaf-01');
    await addDevice(db, 'leaf-02', masterKey('k2'));
    await expect(start(db, place.path, masterKeysText([masterKey('own')]))).rejects.toMatchObject(
      invalid(/^the secrets of leaf-01, leaf-02 are sealed with the keys "k.", "k.", not among/),
    );
  });

  test('may open some of the secrets alone: the others’ devices say so, nobody else waits', async () => {
    await using db = await testDatabase();
    await using place = await folder();
    const own = masterKey('own');
    await addDevice(db, 'leaf-01');
    await addDevice(db, 'leaf-02', own);
    expect((await start(db, place.path, masterKeysText([own]))).masters).toHaveLength(1);
  });

  test('that the database knows are no strangers, whatever else was imported', async () => {
    await using db = await testDatabase();
    await using place = await folder();
    await addDevice(db, 'leaf-01', masterKey('imported'));
    const own = masterKey('own');
    await collectorTurn(db, [own]);
    expect((await start(db, place.path, masterKeysText([own]))).masters).toHaveLength(1);
  });

  test('are made anew in place of an empty file, left by a start on a full disk', async () => {
    await using db = await testDatabase();
    await using place = await folder();
    const file = path.join(place.path, 'secret-keys');
    await writeFile(file, '');
    const { masters } = await start(db, place.path);
    expect(parseMasterKeys(await readFile(file, 'utf8'), file)).toEqual(masters);
  });

  test('leave no trace in the database where their file cannot be written', async () => {
    await using db = await testDatabase();
    await using place = await folder();
    await expect(start(db, path.join(place.path, 'nowhere'))).rejects.toMatchObject(
      invalid(/secret-keys cannot be written \(ENOENT/),
    );
    expect(await listKnownKeys(db.pool)).toEqual([]);
    const file = path.join(place.path, 'secret-keys');
    await mkdir(file);
    const unreadable = {
      code: 'CONFIG_INVALID',
      message: `the key file ${file} cannot be read (EISDIR: illegal operation on a directory, read): run this as the user that the nodes run as, or set NOCTURNE_SECRET_KEYS`,
    };
    await expect(start(db, place.path)).rejects.toMatchObject(unreadable);
    await expect(loadSharedSecrets(undefined, place.path)).rejects.toMatchObject(unreadable);
  });
});
