import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { testDatabase } from '../../support/database.ts';
import { dataFolder, runNocturne } from '../../support/demo-process.ts';

test('what cannot be right is one sentence, and adds nothing', async () => {
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
