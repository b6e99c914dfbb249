import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const root = path.join(import.meta.dirname, '../..');

async function contentsOf(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const contents = files.map(async (entry) => {
    const file = path.join(entry.parentPath, entry.name);
    return [path.relative(folder, file), await readFile(file, 'utf8')] as const;
  });
  return Object.fromEntries(await Promise.all(contents));
}

test('the generated code is what `npm run proto:generate` makes of the .proto files', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'nocturne-proto-'));
  await using _gone = { [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
  for (const file of ['buf.yaml', 'buf.gen.yaml']) {
    await cp(path.join(root, file), path.join(folder, file));
  }
  await cp(path.join(root, 'proto'), path.join(folder, 'proto'), {
    recursive: true,
    filter: (source) => !source.includes('generated'),
  });
  await symlink(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
  await promisify(execFile)(path.join(root, 'node_modules/.bin/buf'), ['generate'], {
    cwd: folder,
    env: { ...process.env, BUF_CACHE_DIR: path.join(folder, '.cache') },
  });
  const made = await contentsOf(path.join(folder, 'proto/generated'));
  expect(Object.keys(made)).not.toEqual([]);
  expect(await contentsOf(path.join(root, 'proto/generated'))).toEqual(made);
}, 60_000);
