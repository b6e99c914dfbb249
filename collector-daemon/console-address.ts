/**
 * Where the consoles of this machine are: a running node leaves its address in the data folder, so that commands can
 * print links that lead to it.
 */
import { readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { databaseLabel } from '../service/store/connection/database-error.ts';
import { writeWhole } from '../service/whole-file.ts';
import { hasEnded, startMarkOf } from './embedded-postgres/process-facts.ts';

export interface ConsoleAddress {
  readonly node: string;
  /** Where browsers reach it, without a slash at the end. */
  readonly publicUrl: string;
}

interface ConsoleFile extends ConsoleAddress {
  /** Host, port and name: links are made in one database and used up in it. */
  readonly database: string;
  readonly pid: number;
  readonly startMark: string;
}

const fileName = /^console-[A-Za-z0-9._-]{1,63}\.json$/;

/** Disposing takes the address back; that of a killed node is passed over, and written anew by its next start. */
export async function announceConsole(
  dataDir: string,
  databaseUrl: string,
  address: ConsoleAddress,
): Promise<AsyncDisposable> {
  const file = path.join(dataDir, `console-${address.node}.json`);
  const { pid } = process;
  const content: ConsoleFile = {
    ...address,
    database: databaseLabel(databaseUrl),
    pid,
    startMark: await startMarkOf(pid),
  };
  await writeWhole(file, JSON.stringify(content), { mode: 0o600 });
  return { [Symbol.asyncDispose]: () => rm(file, { force: true }) };
}

/** The consoles of nodes that run on this data folder and this database, by name. */
export async function findConsoles(
  dataDir: string,
  databaseUrl: string,
): Promise<readonly ConsoleAddress[]> {
  const names = await readdir(dataDir).catch(() => []);
  const found = await Promise.all(
    names
      .filter((name) => fileName.test(name))
      .toSorted()
      .map((name) => readLiving(path.join(dataDir, name))),
  );
  return found
    .filter((one) => one?.database === databaseLabel(databaseUrl))
    .map((one) => ({ node: one!.node, publicUrl: one!.publicUrl }));
}

async function readLiving(file: string): Promise<ConsoleFile | null> {
  try {
    const content = JSON.parse(await readFile(file, 'utf8')) as ConsoleFile;
    const lives =
      !(await hasEnded(content.pid)) && (await startMarkOf(content.pid)) === content.startMark;
    return lives ? content : null;
  } catch {
    // Taken back meanwhile, or torn by a kill.
    return null;
  }
}
