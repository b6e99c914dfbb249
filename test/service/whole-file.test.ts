import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { writeNamedFile, writeWhole } from '../../service/whole-file.ts';

const run = promisify(execFile);
const root = path.join(import.meta.dirname, '../..');

async function folder(): Promise<AsyncDisposable & { readonly path: string }> {
  const place = await mkdtemp(path.join(os.tmpdir(), 'nocturne-whole-'));
  return { path: place, [Symbol.asyncDispose]: () => rm(place, { recursive: true }) };
}

/**
 * What these lines throw in a program that may write no byte to any file, as where the disk is full; modules are named
 * from the root of the sources.
 */
async function withoutSpace(lines: string, argument: string): Promise<string> {
  const script = `${lines.replaceAll("from './", `from '${root}/`)}
    run(process.argv[1]).then(() => console.log('written'), (error) => console.log(error.message));`;
  const args = ['-c', 'ulimit -f 0; exec "$0" "$@"', process.execPath];
  const { stdout } = await run('sh', [
    ...args,
    '--input-type=module-typescript',
    '-e',
    script,
    argument,
  ]);
  return stdout.trim();
}

describe('a file that is written whole', () => {
  test('has its text and mode, and takes the place of the one before', async () => {
    await using place = await folder();
    const file = path.join(place.path, 'a');
    await writeWhole(file, 'one', { mode: 0o600 });
    await writeWhole(file, 'two', { mode: 0o600 });
    expect(await readFile(file, 'utf8')).toBe('two');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readdir(place.path)).toEqual(['a']);
  });

  test('is made by one of many that want to be the only one', async () => {
    await using place = await folder();
    const file = path.join(place.path, 'a');
    const tries = await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) =>
        writeWhole(file, String(index), { mode: 0o600, onlyNew: true }),
      ),
    );
    const made = tries.findIndex(({ status }) => status === 'fulfilled');
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await readFile(file, 'utf8')).toBe(String(made));
    expect(tries.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'EEXIST' },
    });
    expect(await readdir(place.path)).toEqual(['a']);
  });

  test('leaves nothing, or what was there, where there is no space', async () => {
    await using place = await folder();
    const file = path.join(place.path, 'a');
    const lines = `import { writeWhole } from './service/whole-file.ts';
      const run = (file) => writeWhole(file, 'text', { mode: 0o600 });`;
    expect(await withoutSpace(lines, file)).toMatch(/^EFBIG/);
    expect(await readdir(place.path)).toEqual([]);
    await writeFile(file, 'before');
    expect(await withoutSpace(lines, file)).toMatch(/^EFBIG/);
    expect(await readFile(file, 'utf8')).toBe('before');
    expect(await readdir(place.path)).toEqual(['a']);
  });
});

describe('a file that a person names', () => {
  test('is the end of a link, or what cannot be replaced', async () => {
    await using place = await folder();
    const [file, link] = [path.join(place.path, 'a'), path.join(place.path, 'b')];
    await writeFile(file, 'before');
    await symlink(file, link);
    await writeNamedFile(link, 'after', 0o600);
    expect(await readFile(file, 'utf8')).toBe('after');
    await expect(writeNamedFile('/dev/null', 'text', 0o600)).resolves.toBeUndefined();
    expect((await stat('/dev/null')).isCharacterDevice()).toBe(true);
    await mkdir(path.join(place.path, 'c'));
    await expect(writeNamedFile(path.join(place.path, 'c'), 'text', 0o600)).rejects.toThrow(
      'EISDIR',
    );
  });
});

/** Each that a start makes once and a later start relies on. */
describe.each([
  [
    'the database’s password',
    `import { clusterFiles, databasePassword } from './collector-daemon/embedded-postgres/cluster-files.ts';
     const run = (folder) => databasePassword(clusterFiles(folder));`,
  ],
  [
    'the lock of a data folder',
    `import { lockFolder } from './collector-daemon/embedded-postgres/folder-lock.ts';
     const run = (folder) => lockFolder(folder + '/nocturne.lock', folder);`,
  ],
  [
    'the keys of secrets',
    `import { keyFileIn, writeKeyFile } from './service/store/secret/key-file.ts';
     const run = (folder) => writeKeyFile(keyFileIn(folder), [{ id: 'a', key: new Uint8Array(32) }]);`,
  ],
  [
    'the address of a console',
    `import { announceConsole } from './collector-daemon/console-address.ts';
     const run = (folder) => announceConsole(folder, 'postgres://a@b/c', { node: 'a', publicUrl: 'http://a' });`,
  ],
  [
    'the address of a demo',
    `import { announceDemo } from './collector-daemon/demo/running-demo.ts';
     const run = (folder) => announceDemo(folder, 'postgres://a@b/c');`,
  ],
])('%s', (_what, lines) => {
  test('is not left half made in a full data folder', async () => {
    await using place = await folder();
    expect(await withoutSpace(lines, place.path)).toContain('EFBIG');
    expect(await readdir(place.path)).toEqual([]);
  });
});
