/** The normaliser with one line changed: its sources are copied, changed and loaded beside the true ones. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { NormaliserClass } from './compared-stream.ts';

const root = join(import.meta.dirname, '../..');
const sources = join(root, 'collector-daemon/normalise');

export interface Mutation {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

export interface Mutant extends AsyncDisposable {
  readonly normaliser: NormaliserClass;
}

/** Throws where the line is not there exactly once: then the mutation is to be written anew. */
export async function mutant({ file, from, to }: Mutation): Promise<Mutant> {
  const folder = await mkdtemp(join(tmpdir(), 'mutant-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    for (const name of await readdir(sources)) {
      const text = await readFile(join(sources, name), 'utf8');
      if (name === file && text.split(from).length !== 2)
        throw new Error(`${file} has not just one "${from}"`);
      const changed = name === file ? text.replace(from, () => to) : text;
      await writeFile(join(folder, name), changed.replaceAll("'../../core/", `'${root}/core/`));
    }
    const url = pathToFileURL(join(folder, 'normaliser.ts')).href;
    const loaded = (await import(/* @vite-ignore */ url)) as { Normaliser: NormaliserClass };
    return { normaliser: loaded.Normaliser, [Symbol.asyncDispose]: remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
