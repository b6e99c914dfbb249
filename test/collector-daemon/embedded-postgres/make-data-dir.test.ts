import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { makeFolders } from '../../../collector-daemon/embedded-postgres/cluster-files.ts';
import { makeDataDir } from '../../../collector-daemon/embedded-postgres/make-data-dir.ts';

const isRoot = process.getuid?.() === 0;
if (!isRoot) process.stderr.write('SKIPPED data folders as root finds them: this is not root\n');

async function place(): Promise<AsyncDisposable & { readonly path: string }> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'nocturne-place-'));
  await chmod(folder, 0o755);
  return {
    path: folder,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

const refused = (folder: string, reason: string) => ({
  code: 'STARTUP_FAILED',
  message: expect.stringMatching(
    new RegExp(
      `^the data folder ${folder} cannot be used \\(${reason}.*\\); set NOCTURNE_DATA_DIR to a folder this user may write$`,
    ),
  ) as string,
});

test('the folder and its parents are made once', async () => {
  await using at = await place();
  const folder = path.join(at.path, 'a', 'b ü', 'c');
  await makeDataDir(folder);
  await makeDataDir(folder);
  expect((await stat(folder)).mode & 0o777).toBe(0o711);
});

test('a file in the way is one sentence', async () => {
  await using at = await place();
  const file = path.join(at.path, 'file');
  await writeFile(file, '');
  await expect(makeDataDir(file)).rejects.toMatchObject(refused(file, 'EEXIST'));
  const below = path.join(file, 'x');
  await expect(makeDataDir(below)).rejects.toMatchObject(refused(below, 'ENOTDIR'));
});

test.skipIf(process.platform !== 'linux')(
  '/proc is refused instead of tried for ever',
  async () => {
    await expect(makeDataDir('/proc/nocturne/data')).rejects.toMatchObject(
      refused('/proc/nocturne/data', 'ENOENT'),
    );
  },
);

test('what cannot be made inside is one sentence, too', async () => {
  await using at = await place();
  await writeFile(path.join(at.path, 'postgres'), '');
  const folder = path.join(at.path, 'postgres', 'data');
  await expect(makeFolders(folder, null)).rejects.toMatchObject(refused(folder, 'ENOTDIR'));
});

test.skipIf(!isRoot)('a folder that was there keeps its rights', async () => {
  await using at = await place();
  const shared = path.join(at.path, 'shared');
  await mkdir(shared);
  await chmod(shared, 0o1777);
  await makeFolders(shared, { uid: 65_534, gid: 65_534 });
  expect((await stat(shared)).mode & 0o7777).toBe(0o1777);
});

test.skipIf(!isRoot)('a read-only file system is called so', async () => {
  await using at = await place();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'ro,size=64k', 'tmpfs', at.path], {
      stdio: 'ignore',
    });
  } catch {
    process.stderr.write('SKIPPED a read-only data folder: nothing can be mounted here\n');
    return;
  }
  try {
    await expect(makeFolders(at.path, null)).rejects.toMatchObject(refused(at.path, 'EROFS'));
  } finally {
    execFileSync('umount', [at.path]);
  }
});
