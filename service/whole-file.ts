/**
 * Files that are there whole or not at all: written aside, forced to the disk, then given their name. A full disk, a kill
 * or a power cut leaves what was there before, never an empty or torn file that fails every later start.
 */
import { randomBytes } from 'node:crypto';
import { link, open, realpath, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';

export interface WholeFileOptions {
  readonly mode: number;
  /** Refuse (EEXIST) where a file of that name is there, instead of taking its place. */
  readonly onlyNew?: boolean;
}

/** @throws what the file system refuses; nothing is left behind then */
export async function writeWhole(
  file: string,
  text: string,
  { mode, onlyNew = false }: WholeFileOptions,
): Promise<void> {
  const aside = `${file}.${randomBytes(6).toString('hex')}.new`;
  try {
    await writeThrough(aside, text, mode);
    if (onlyNew) await giveNewName(aside, file);
    else await rename(aside, file);
  } finally {
    await rm(aside, { force: true });
  }
  await syncFolder(path.dirname(file));
}

/**
 * For a file that a person names: it may be a link, whose end is written, or no file at all (`/dev/stdout`, a pipe),
 * which cannot be replaced.
 */
export async function writeNamedFile(file: string, text: string, mode: number): Promise<void> {
  const found = await stat(file).catch(() => null);
  if (found === null) return writeWhole(file, text, { mode });
  if (found.isFile()) return writeWhole(await realpath(file), text, { mode });
  await using handle = await open(file, 'w');
  await handle.writeFile(text);
}

async function writeThrough(file: string, text: string, mode: number): Promise<void> {
  await using handle = await open(file, 'wx', mode);
  await handle.writeFile(text);
  await handle.sync();
}

/** A hard link is refused where the name is taken, in one step; `rename` would not be. */
async function giveNewName(aside: string, file: string): Promise<void> {
  try {
    await link(aside, file);
  } catch (error) {
    if (!hasNoLinks(error)) throw error;
    // Two steps then: whoever dies between them leaves an empty file.
    await (await open(file, 'wx')).close();
    await rename(aside, file);
  }
}

function hasNoLinks(error: unknown): boolean {
  return ['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK'].includes(
    (error as NodeJS.ErrnoException).code ?? '',
  );
}

/** So that the name survives a power cut, too. Not every system lets a folder be opened. */
async function syncFolder(folder: string): Promise<void> {
  try {
    await using handle = await open(folder, 'r');
    await handle.sync();
  } catch {}
}
