import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { readSettings } from '../../src-main/settings.ts';

let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'nocturne-settings-'));
  file = path.join(folder, 'settings.json');
});
beforeEach(() => rm(file, { force: true, recursive: true }));
afterAll(() => rm(folder, { recursive: true }));

const url = 'postgres://noc@db.example/nocturne';

test('the environment alone is enough', async () => {
  expect(await readSettings(folder, { DATABASE_URL: url })).toEqual({
    databaseUrl: url,
    replica: null,
    role: 'admin',
    cluster: 'nocturne',
    publicUrl: 'http://127.0.0.1:4000',
    secretKeys: undefined,
  });
});

test('the file says the rest; the environment goes before it', async () => {
  const kept = { databaseUrl: 'postgres://other/x', role: 'viewer', cluster: 'fra-noc' };
  await writeFile(file, JSON.stringify({ ...kept, publicUrl: 'https://noc.example/' }));
  expect(await readSettings(folder, {})).toMatchObject({
    ...kept,
    publicUrl: 'https://noc.example',
  });
  const env = { DATABASE_URL: url, NOCTURNE_CLUSTER_ID: 'ber-noc' };
  expect(await readSettings(folder, env)).toMatchObject({ databaseUrl: url, cluster: 'ber-noc' });
});

test('a replica comes from the file or the environment, with the lag that is tolerated', async () => {
  const env = { DATABASE_URL: url };
  await writeFile(file, '{"databaseReplicaUrl":"postgres://file/n"}');
  expect((await readSettings(folder, env)).replica).toEqual({
    databaseUrl: 'postgres://file/n',
    maxLagMs: 5_000,
  });
  const said = { DATABASE_REPLICA_URL: 'postgres://env/n', DATABASE_REPLICA_MAX_LAG_MS: '900' };
  expect((await readSettings(folder, { ...env, ...said })).replica).toEqual({
    databaseUrl: 'postgres://env/n',
    maxLagMs: 900,
  });
  await expect(
    readSettings(folder, { ...env, ...said, DATABASE_REPLICA_MAX_LAG_MS: 'soon' }),
  ).rejects.toThrow('DATABASE_REPLICA_MAX_LAG_MS "soon" is not valid: expected a whole number');
});

test('an empty variable counts as none', async () => {
  await expect(readSettings(folder, { DATABASE_URL: '' })).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringMatching(/^No database is set: .*settings\.json.*expected for example/),
  });
});

test.each([
  ['{', 'is not JSON'],
  ['{"role":"public"}', 'role: '],
  ['{"role":"root"}', 'role: '],
  ['{"databaseUrl":7}', 'databaseUrl: '],
  ['{"datbaseUrl":"x"}', 'datbaseUrl'],
])('%s is refused with the name of the file and what is wrong', async (text, problem) => {
  await writeFile(file, text);
  const refused = readSettings(folder, { DATABASE_URL: url });
  await expect(refused).rejects.toThrow(problem);
  await expect(refused).rejects.toThrow(file);
});

test('a file that an editor on Windows saved is read', async () => {
  await writeFile(file, `\uFEFF{"databaseUrl":"${url}"}`);
  expect((await readSettings(folder, {})).databaseUrl).toBe(url);
});

test('a file that cannot be read is named', async () => {
  await mkdir(file);
  await expect(readSettings(folder, { DATABASE_URL: url })).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringMatching(/settings\.json cannot be read \(EISDIR/) as string,
  });
});

test.each([
  [
    'NOCTURNE_PUBLIC_URL',
    'javascript:alert(1)',
    'https://host or http://host:port, without a path',
  ],
  ['NOCTURNE_PUBLIC_URL', 'noc.example', 'https://host or http://host:port, without a path'],
  ['NOCTURNE_CLUSTER_ID', 'x'.repeat(64), '1 to 63 characters'],
])('%s=%s is refused like the same in the file', async (name, value, expected) => {
  await expect(readSettings(folder, { DATABASE_URL: url, [name]: value })).rejects.toThrow(
    `${name} "${value}" is not valid: expected ${expected}`,
  );
});
