/** Collectors as people start them, and the keys of secrets: on two machines, after a change, with a console of before. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadTargets } from '../../service/store/inventory/inventory.ts';
import { readEnvelope } from '../../service/store/secret/envelope-codec.ts';
import { listKnownKeys } from '../../service/store/secret/known-keys.ts';
import { parseMasterKeys } from '../../service/store/secret/master-key.ts';
import { SecretBox } from '../../service/store/secret/sealed-secret.ts';
import { type Daemon, startDaemon } from '../support/daemon.ts';
import { testDatabase, type TestDatabase } from '../support/database.ts';
import { dataFolder, runNocturne } from '../support/demo-process.ts';
import { operationsAs, testServices } from '../support/operation-client.ts';
import { collectorTurn, masterKey } from '../support/secret-keys.ts';

const key = (id: string, byte: number) => `${id}:${Buffer.alloc(32, byte).toString('base64')}`;
const endpoint = { address: '192.0.2.1', username: 'noc', password: 'hunter2' };

async function addDevice(db: TestDatabase, name: string, secrets = new SecretBox([])) {
  await using services = testServices(db);
  return operationsAs({ ...services, secrets }, 'operator').device.add({ name, endpoint });
}

/** Once every credential is sealed so. */
async function allSealed(db: TestDatabase, version: 1 | 2): Promise<void> {
  for (;;) {
    const { rows } = await db.pool.query<{ sealed: Buffer }>('select sealed from credential');
    if (rows.every(({ sealed }) => readEnvelope(sealed)?.version === version)) return;
  }
}

const runs = (daemon: Daemon) => daemon.line('runs as both');

describe('a second collector', () => {
  test('with a data folder of its own makes no keys: it says what to copy where', async () => {
    await using db = await testDatabase();
    await using own = await dataFolder();
    await using first = await startDaemon(db.url, 'node-a', { NOCTURNE_SECRET_KEYS: '' });
    await runs(first);
    await addDevice(db, 'leaf-01');
    const env = {
      DATABASE_URL: db.url,
      NOCTURNE_DATA_DIR: own.path,
      NOCTURNE_NODE_NAME: 'node-b',
      PORT: '0',
      NOCTURNE_FEED_PORT: '0',
    };
    const { code, output } = await runNocturne(['collector'], env);
    expect(code).toBe(1);
    expect(output).toMatch(
      new RegExp(
        `^nocturne: the secrets of leaf-01 are sealed with the key "k\\w+", not among the keys here: copy the file secret-keys from the data folder of the collector node-a to ${own.path}/secret-keys, or set NOCTURNE_SECRET_KEYS`,
        'm',
      ),
    );
    await expect(readFile(path.join(own.path, 'secret-keys'))).rejects.toThrow('ENOENT');
  });

  test('with other keys is told as soon as there is something they do not open, while it stands by', async () => {
    await using db = await testDatabase();
    await using first = await startDaemon(db.url, 'node-a', { NOCTURNE_SECRET_KEYS: key('a', 1) });
    await runs(first);
    await using second = await startDaemon(db.url, 'node-b', { NOCTURNE_SECRET_KEYS: key('b', 2) });
    await second.line('waiting for its turn');
    await addDevice(db, 'leaf-01');
    expect(await second.line('not among the keys here')).toContain(
      'the secrets of leaf-01 are sealed with the key \\"a\\"',
    );
    const events = () =>
      db.pool.query(`select subject, severity from event where kind = 'secret-keys'`);
    while ((await events()).rows.length === 0);
    expect((await events()).rows).toEqual([{ subject: 'node-b', severity: 'error' }]);
    expect(first.lines.join('\n')).not.toContain('not among the keys here');
  });
});

test('a collector puts its key back in the place of a stranger’s, and says so', async () => {
  await using db = await testDatabase();
  await using collector = await startDaemon(db.url, 'node-a', {
    NOCTURNE_SECRET_KEYS: key('k1', 3),
  });
  await runs(collector);
  await collectorTurn(db, [masterKey('stranger')], 'somebody');
  expect(await collector.line('secrets were sealed to the key')).toContain('\\"stranger\\"');
  expect((await listKnownKeys(db.pool)).find(({ current }) => current)?.id).toBe('k1');
});

test('a collector seals anew what a console of the release before sealed with the keys they share', async () => {
  await using db = await testDatabase();
  const keys = key('k1', 3);
  const shared = new SecretBox(parseMasterKeys(keys, 'here'));
  await addDevice(db, 'leaf-01', shared);
  await allSealed(db, 1);
  await using collector = await startDaemon(db.url, 'node-a', { NOCTURNE_SECRET_KEYS: keys });
  await runs(collector);
  await allSealed(db, 2);
  await collector.stop();
  expect((await loadTargets(db.pool, shared)).targets).toMatchObject([
    { endpoint: { username: 'noc', password: 'hunter2' } },
  ]);
});
