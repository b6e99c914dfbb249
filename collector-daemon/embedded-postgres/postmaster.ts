/** The server process: what postmaster.pid says, starting, waiting until it is ready, stopping. */
import { spawn, type ChildProcess } from 'node:child_process';
import { open, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { NocturneError, sentenceOf } from '../../core/errors.ts';
import { commandLineOf, hasEnded } from './process-facts.ts';
import type { ServerUser } from './server-user.ts';

/** Lines of postmaster.pid as PostgreSQL writes them: pid, data folder, start, port, socket folder, host, shm, status. */
interface PidFile {
  readonly pid: number;
  readonly status: string;
}

async function readPidFile(pgData: string): Promise<PidFile | null> {
  const text = await readFile(path.join(pgData, 'postmaster.pid'), 'utf8').catch(() => '');
  const lines = text.split('\n');
  const pid = Number(lines[0]);
  return Number.isInteger(pid) && pid > 0 ? { pid, status: lines[7]?.trim() ?? '' } : null;
}

/**
 * Ends a server that a killed program left behind, and clears away a pid file whose server is gone. A process that
 * merely has the number now is left alone.
 */
export async function clearLeftOver(
  pgData: string,
  onStep: (message: string) => void,
): Promise<void> {
  const found = await readPidFile(pgData);
  if (found === null) return;
  const isOurs = !(await hasEnded(found.pid)) && (await commandLineOf(found.pid)).includes(pgData);
  if (isOurs) {
    onStep(`stopping the database server left behind by an earlier run (process ${found.pid})`);
    process.kill(found.pid, 'SIGINT');
    await waitFor(() => hasEnded(found.pid), 30_000, 'the left-over database server does not end');
  }
  await rm(path.join(pgData, 'postmaster.pid'), { force: true });
}

export interface LaunchOptions {
  readonly postgres: string;
  readonly pgData: string;
  readonly port: number;
  readonly logFile: string;
  readonly user: ServerUser | null;
  readonly settings: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/**
 * Starts the server in a process group of its own, so that Ctrl+C in a terminal reaches us alone and the server lives
 * until we have drained. Its output goes to a file, for a pipe would break when we are killed.
 * @throws STARTUP_FAILED with the last line of the server's log
 */
export async function launchServer(options: LaunchOptions): Promise<ChildProcess> {
  const log = await open(options.logFile, 'a');
  const logStart = (await log.stat()).size;
  try {
    const settings = Object.entries(options.settings).flatMap(([name, value]) => [
      '-c',
      `${name}=${value}`,
    ]);
    const child = spawn(
      options.postgres,
      ['-D', options.pgData, '-p', String(options.port), ...settings],
      {
        ...options.user,
        cwd: options.pgData,
        detached: true,
        stdio: ['ignore', log.fd, log.fd],
      },
    );
    child.unref();
    await untilReady(child, options, logStart);
    return child;
  } finally {
    await log.close();
  }
}

async function untilReady(
  child: ChildProcess,
  options: LaunchOptions,
  logStart: number,
): Promise<void> {
  let spawnError: Error | undefined;
  child.on('error', (error) => (spawnError = error));
  try {
    await waitFor(
      async () => {
        options.signal.throwIfAborted();
        if (spawnError !== undefined) throw spawnError;
        if (child.exitCode !== null || child.signalCode !== null)
          throw new Error('it ended at once');
        const file = await readPidFile(options.pgData);
        return file?.pid === child.pid && file?.status === 'ready';
      },
      // Crash recovery after a power cut replays the log first.
      120_000,
      'it is not ready after two minutes',
    );
  } catch (error) {
    await stopServer(child).catch(() => {});
    options.signal.throwIfAborted();
    throw new NocturneError(
      'STARTUP_FAILED',
      `the database server does not start: ${(await lastLogLine(options.logFile, logStart)) || sentenceOf(error)} (log: ${options.logFile})`,
      { cause: error },
    );
  }
}

/** "Fast" shutdown: open transactions are rolled back, the log is flushed; after 30 s the hard way. */
export async function stopServer(child: ChildProcess): Promise<void> {
  const ended = () => Promise.resolve(child.exitCode !== null || child.signalCode !== null);
  if (child.pid === undefined || (await ended())) return;
  child.kill('SIGINT');
  try {
    await waitFor(ended, 30_000, 'the database server does not end');
  } catch {
    child.kill('SIGQUIT');
    await waitFor(ended, 10_000, 'the database server does not end even when told to at once');
  }
}

async function lastLogLine(logFile: string, from: number): Promise<string> {
  const text = (await readFile(logFile).catch(() => Buffer.alloc(0)))
    .subarray(from)
    .toString('utf8');
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.findLast((line) => /FATAL|PANIC|error/i.test(line)) ?? lines.at(-1) ?? '';
}

async function waitFor(
  condition: () => Promise<boolean>,
  timeoutMs: number,
  problem: string,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(problem);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
