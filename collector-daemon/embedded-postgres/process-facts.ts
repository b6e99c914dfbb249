/** What can be learnt about another process by its id. Process ids are reused, so an id alone proves nothing. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The command line, its parts separated by spaces; '' when there is no such process or it cannot be seen. */
export async function commandLineOf(pid: number): Promise<string> {
  try {
    if (process.platform === 'linux') {
      return (await readFile(`/proc/${pid}/cmdline`, 'utf8')).replaceAll('\0', ' ').trim();
    }
    if (process.platform === 'win32') return '';
    return (await run('ps', ['-p', String(pid), '-o', 'command='])).stdout.trim();
  } catch {
    return '';
  }
}

/**
 * A text that differs between two processes that had the same id one after the other: the start time in kernel ticks
 * on Linux, in seconds elsewhere.
 */
export async function startMarkOf(pid: number): Promise<string> {
  try {
    if (process.platform === 'linux') {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
      // Field 22, counted after the command name, which may hold spaces and parentheses.
      return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
    }
    if (process.platform === 'win32') return '';
    return (await run('ps', ['-p', String(pid), '-o', 'lstart='])).stdout.trim();
  } catch {
    return '';
  }
}

/** Zombies count as ended: nobody may have collected them, but they hold nothing any more. */
export async function hasEnded(pid: number): Promise<boolean> {
  if (!isAlive(pid)) return true;
  if (process.platform !== 'linux') return false;
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat === '' || stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z');
}
