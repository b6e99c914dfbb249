/** Runs `python-target.py`: an independent gNMI target, and an independent reader and writer of messages. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';

const script = path.join(import.meta.dirname, 'python-target.py');

export interface PythonTarget extends AsyncDisposable {
  readonly port: number;
}

/** A target that sends what the first element of the subscribed path asks for. */
export async function startPythonTarget(python: string): Promise<PythonTarget> {
  const child = spawn(python, [script, 'serve'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const lines = createInterface({ input: child.stdout });
  const died = exited.then(() => Promise.reject(new Error('the Python target did not start')));
  const [port] = (await Promise.race([once(lines, 'line'), died])) as [string];
  died.catch(() => {});
  return {
    port: Number(port),
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await exited;
    },
  };
}

/** Lines that a command of the script prints when it is given these. */
export function runPython(
  python: string,
  command: 'messages' | 'compare',
  input: readonly string[] = [],
): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      python,
      [script, command],
      { maxBuffer: 64 * 1024 * 1024 },
      (error, stdout) =>
        error === null ? resolve(stdout.split('\n').filter(Boolean)) : reject(error),
    );
    child.stdin?.end(input.map((line) => `${line}\n`).join(''));
  });
}
