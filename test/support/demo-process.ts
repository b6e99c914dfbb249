/** `nocturne demo` as people start it: a process of its own on an empty data folder, free ports, driven from outside. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';

const main = path.join(import.meta.dirname, '../../collector-daemon/main.ts');

export interface CommandResult {
  readonly code: number | null;
  readonly output: string;
}

/** Runs one command to its end; both output streams together. */
export async function runNocturne(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  input = '',
): Promise<CommandResult> {
  const child = spawn(process.execPath, [main, ...args], { env: { ...process.env, ...env } });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  child.stdin.end(input);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
}

/** A data folder that the database's unprivileged user can reach. */
export async function dataFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const base = process.getuid?.() === 0 ? '/var/lib' : '/tmp';
  const folder = await mkdtemp(path.join(base, 'nocturne-test-'));
  return {
    path: folder,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

export interface DemoProcess extends AsyncDisposable {
  readonly link: string;
  readonly lines: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly child: ChildProcess;
  /** Ctrl+C; resolves with the exit code once the process has ended. */
  stop(): Promise<number | null>;
}

export async function startDemo(
  dataDir: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<DemoProcess> {
  const env = {
    NOCTURNE_DATA_DIR: dataDir,
    DATABASE_URL: '',
    PORT: '0',
    NOCTURNE_FEED_PORT: '0',
    NOCTURNE_NODE_NAME: 'test-node',
    ...settings,
  };
  const args = [main, 'demo', '--devices', '3', '--simulator-port', '0', '--no-desktop'];
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const lines: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => lines.push(text));
  const link = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      lines.push(line);
      const found = /https?:\/\/\S+#token=\S+/.exec(line)?.[0];
      if (found !== undefined) resolve(found);
    });
    void exited.then(() => reject(new Error(`the demo ended early:\n${lines.join('\n')}`)));
  });
  const stop = async () => {
    child.kill('SIGINT');
    return (await exited)[0];
  };
  return { link, lines, env, child, stop, [Symbol.asyncDispose]: async () => void (await stop()) };
}
