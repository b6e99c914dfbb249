/** The sources as a map from path to text, so that rules can also be tried on trees that exist only in a test. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** Paths relative to the repository with `/`, and what the files hold. */
export type SourceTree = ReadonlyMap<string, string>;

export const root = path.join(import.meta.dirname, '../..');

const folders = [
  'bench',
  'collector-daemon',
  'core',
  'proto',
  'service',
  'simulator',
  'src-main',
  'src-renderer',
];

export async function readSources(): Promise<SourceTree> {
  const listed = await Promise.all(folders.map((folder) => sourcesIn(folder)));
  const texts = listed
    .flat()
    .toSorted()
    .map(async (file) => [file, await readFile(path.join(root, file), 'utf8')] as const);
  return new Map(await Promise.all(texts));
}

async function sourcesIn(folder: string): Promise<string[]> {
  const entries = await readdir(path.join(root, folder), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && /\.(ts|tsx|mts|mjs|js)$/.test(entry.name))
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
    .map((file) => file.split(path.sep).join('/'));
}
