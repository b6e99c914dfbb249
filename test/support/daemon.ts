/** `nocturne collector --migrate` as a service manager starts it: a process of its own, watched by its log. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { dataFolder } from './demo-process.ts';

const main = path.join(import.meta.dirname, '../../collector-daemon/main.ts');

export interface Daemon extends AsyncDisposable {
  readonly pid: number;
  readonly lines: readonly string[];
  /** Resolves with the first line, past or coming, that holds the text. */
  line(text: string): Promise<string>;
  /** Resolves with the exit code once it has ended by itself. */
  ended(): Promise<number | null>;
  /** SIGTERM; answers the exit code. */
  stop(): Promise<number | null>;
  /** SIGKILL: no last words. */
  kill(): Promise<void>;
}

/** So that two of them open each other's secrets, as collectors of one database must. */
const sharedKeys = `shared:${Buffer.alloc(32, 9).toString('base64')}`;

export async function startDaemon(
  url: string,
  name: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<Daemon> {
  const folder = await dataFolder();
  const child = spawn(process.execPath, [main, 'collector', '--migrate'], {
    env: {
      ...process.env,
      DATABASE_URL: url,
      NOCTURNE_DATA_DIR: folder.path,
      NOCTURNE_NODE_NAME: name,
      NODE_ROLE: 'both',
      PORT: '0',
      NOCTURNE_FEED_PORT: '0',
      NOCTURNE_SECRET_KEYS: process.env['NOCTURNE_SECRET_KEYS'] ?? sharedKeys,
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'close') as Promise<[number | null]>;
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      for (const look of waiting) look();
    });
  }
  const kill = async () => {
    child.kill('SIGKILL');
    await exited;
  };
  const stop = async () => {
    child.kill('SIGTERM');
    return (await exited)[0];
  };
  return {
    pid: child.pid!,
    lines,
    line: (text) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = lines.find((line) => line.includes(text));
          if (found !== undefined) resolve(found);
        };
        waiting.add(look);
        look();
        void exited.then(() =>
          reject(new Error(`${name} ended without "${text}":\n${lines.join('\n')}`)),
        );
      }),
    ended: async () => (await exited)[0],
    stop,
    kill,
    async [Symbol.asyncDispose]() {
      await stop();
      await folder[Symbol.asyncDispose]();
    },
  };
}
