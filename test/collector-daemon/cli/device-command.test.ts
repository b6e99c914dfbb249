import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { Device } from '../../../core/contract/device.ts';
import { testDatabase } from '../../support/database.ts';
import { dataFolder, runNocturne } from '../../support/demo-process.ts';

test('what cannot be right is one sentence, and adds nothing', { timeout: 180_000 }, async () => {
  await using db = await testDatabase();
  await using folder = await dataFolder();
  const env = { DATABASE_URL: db.url, NOCTURNE_DATA_DIR: folder.path };
  const garbage = path.join(folder.path, 'garbage.pem');
  await writeFile(garbage, 'garbage');
  const add = ['device', 'add', 'leaf-07', '192.0.2.7'];
  const login = ['--username', 'noc', '--password-stdin'];
  const tries: [args: string[], input: string, sentence: RegExp][] = [
    [['device', 'add', 'leaf-07', ''], '', /endpoint\.address: must not be empty/],
    [[...add, ...login], '', /no password came on standard input/],
    [[...add, '--password-stdin'], 'x', /a password needs its user: give --username/],
    [[...add, '--tls-ca', garbage], '', /endpoint\.tlsCaPem: must be PEM text/],
    [[...add, '--tls-ca', `${garbage}.not`], '', /garbage\.pem\.not cannot be read \(ENOENT/],
    [[...add, '--tls', 'mutual'], '', /mutual TLS needs a certificate and its key/],
    [[...add, '--target', '*'], '', /requestTarget: must name one device/],
    [[...add, '--tag', `${'k'.repeat(65)}=v`], '', /must have at most 64 characters/],
  ];
  for (const [args, input, sentence] of tries) {
    const { code, output } = await runNocturne(args, env, input);
    expect([code, output]).toEqual([1, expect.stringMatching(/^nocturne: [^\n]+\n$/)]);
    expect(output).toMatch(sentence);
  }
  const { output } = await runNocturne(['device', 'list', '--json'], env);
  expect(JSON.parse(output)).toEqual([]);
});

test('a device is changed in what is given, and all else stays', { timeout: 180_000 }, async () => {
  await using db = await testDatabase();
  await using folder = await dataFolder();
  const env = { DATABASE_URL: db.url, NOCTURNE_DATA_DIR: folder.path };
  const run = async (...args: string[]) => (await runNocturne(['device', ...args], env)).output;
  const listed = async () => (JSON.parse(await run('list', '--json')) as [Device])[0];
  const more = ['--target', 'leaf-07', '--max-message-mib', '128'];
  const added = await run(
    'add',
    'leaf-07',
    '192.0.2.7',
    '--port',
    '6030',
    '--tls',
    'plaintext',
    ...more,
  );
  expect(added).toMatch(/^added leaf-07/);
  const endpoint = {
    address: '192.0.2.7',
    port: 6_030,
    tlsMode: 'plaintext',
    requestTarget: 'leaf-07',
    maxMessageBytes: 134_217_728,
  };
  expect(await listed()).toMatchObject({ endpoint });
  expect(await run('change', 'leaf-07', '--target', 'spine', '--state', 'maintenance')).toBe(
    'changed leaf-07\n',
  );
  const changed = { endpoint: { ...endpoint, requestTarget: 'spine' }, adminState: 'maintenance' };
  expect(await listed()).toMatchObject(changed);
  await run('change', 'leaf-07', '--target', '', '--max-message-mib', 'usual', '--name', 'leaf-7');
  expect(await listed()).toMatchObject({
    name: 'leaf-7',
    endpoint: { ...endpoint, requestTarget: null, maxMessageBytes: null },
  });
  expect(await run('change', 'leaf-7')).toMatch(/nothing is to be changed/);
});
