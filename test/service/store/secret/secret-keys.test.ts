import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { masterKeys, parseMasterKeys } from '../../../../service/store/secret/secret-keys.ts';
import { SecretBox } from '../../../../service/store/secret/sealed-secret.ts';
import { loadSharedSecrets } from '../../../../service/store/secret/shared-secrets.ts';

async function folder(): Promise<AsyncDisposable & { readonly path: string }> {
  const place = await mkdtemp(path.join(os.tmpdir(), 'nocturne-keys-'));
  return { path: place, [Symbol.asyncDispose]: () => rm(place, { recursive: true }) };
}

test('the key file is made once, for its owner alone', async () => {
  await using place = await folder();
  const made = await masterKeys({}, place.path);
  const file = path.join(place.path, 'secret-keys');
  expect(parseMasterKeys(made, file)).toHaveLength(1);
  expect(await masterKeys({}, place.path)).toBe(made);
  expect(await readFile(file, 'utf8')).toBe(made);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test('an empty key file, left by a start on a full disk, is made anew', async () => {
  await using place = await folder();
  await writeFile(path.join(place.path, 'secret-keys'), '');
  const made = await masterKeys({}, place.path);
  expect(parseMasterKeys(made, 'made')).toHaveLength(1);
  expect(await masterKeys({}, place.path)).toBe(made);
});

test('a key file that cannot be made or read is one sentence', async () => {
  await using place = await folder();
  const file = path.join(place.path, 'secret-keys');
  await mkdir(file);
  const unreadable = {
    code: 'CONFIG_INVALID',
    message: `the key file ${file} cannot be read (EISDIR: illegal operation on a directory, read): run this as the user that the nodes run as, or set NOCTURNE_SECRET_KEYS`,
  };
  await expect(masterKeys({}, place.path)).rejects.toMatchObject(unreadable);
  await expect(loadSharedSecrets(undefined, place.path)).rejects.toMatchObject(unreadable);
  await expect(masterKeys({}, path.join(place.path, 'nowhere'))).rejects.toThrow(
    /secret-keys cannot be made \(ENOENT/,
  );
});

test('a program without the key file takes no secrets, and starts', async () => {
  await using place = await folder();
  const box = await loadSharedSecrets(undefined, place.path);
  const where = { table: 'credential', row: '1', column: 'sealed' };
  expect(() => box.seal('x', where)).toThrow(/has no keys to seal credentials/);
});

test('a program takes secrets as soon as a collector has made the key file', async () => {
  await using place = await folder();
  const box = await loadSharedSecrets(undefined, place.path);
  const where = { table: 'credential', row: '1', column: 'sealed' };
  const keys = await masterKeys({}, place.path);
  const sealed = box.seal('x', where);
  expect(new SecretBox(parseMasterKeys(keys, 'made')).open(sealed, where)).toBe('x');
  expect(box.open(sealed, where)).toBe('x');
});
