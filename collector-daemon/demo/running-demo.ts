/** A running demo leaves its database's address in the data folder, so that commands find it without any setting. */
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { writeWhole } from '../../service/whole-file.ts';
import { makeDataDir } from '../embedded-postgres/make-data-dir.ts';

function fileIn(dataDir: string): string {
  return path.join(dataDir, 'running-demo.json');
}

export async function announceDemo(dataDir: string, databaseUrl: string): Promise<AsyncDisposable> {
  const file = fileIn(dataDir);
  // With a database of somebody else's nothing has made it yet.
  await makeDataDir(dataDir);
  await writeWhole(file, JSON.stringify({ databaseUrl, pid: process.pid }), { mode: 0o600 });
  return { [Symbol.asyncDispose]: () => rm(file, { force: true }) };
}

/** The database of the demo that runs on this data folder, or null. */
export async function findRunningDemo(dataDir: string): Promise<string | null> {
  try {
    const { databaseUrl, pid } = JSON.parse(await readFile(fileIn(dataDir), 'utf8')) as {
      databaseUrl: string;
      pid: number;
    };
    process.kill(pid, 0);
    return databaseUrl;
  } catch {
    // No file, or the process it names is gone.
    return null;
  }
}
