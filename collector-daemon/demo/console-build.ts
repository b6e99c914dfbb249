/** Builds the web console when it is missing or older than its sources. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { NocturneError } from '../../core/errors.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const sources = [
  'src-renderer',
  'src-main',
  'core',
  'package-lock.json',
  'electron.vite.config.ts',
];

/** Folder of the built web console. */
export const consoleFolder = path.join(root, 'out', 'renderer');

/**
 * Answers whether it had to be built.
 * @throws NocturneError STARTUP_FAILED with the builder's last line
 */
export async function ensureConsoleBuilt(signal: AbortSignal): Promise<boolean> {
  const builtAtMs = await newestMs(path.join(consoleFolder, 'index.html'));
  const ages = await Promise.all(sources.map((source) => newestMs(path.join(root, source))));
  if (builtAtMs > Math.max(...ages)) return false;
  await build(signal);
  return true;
}

async function build(signal: AbortSignal): Promise<void> {
  const builder = path.join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js');
  const child = spawn(process.execPath, [builder, 'build'], {
    cwd: root,
    signal,
    // Whatever this process runs as: a development build of React is slow and talks on the console.
    env: { ...process.env, NODE_ENV: 'production' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-4_000);
    });
  }
  const [code] = (await once(child, 'close')) as [number | null];
  if (code === 0) return;
  const lines = output.trim().split('\n');
  // Below it stand the frames of the builder's stack.
  const found = lines.filter((line) => !/^error during build:?$/i.test(line.trim()));
  const reason = found.find((line) => /error|EACCES|EROFS|ENOSPC/i.test(line)) ?? found.at(-1);
  throw new NocturneError(
    'STARTUP_FAILED',
    `the web console could not be built (${reason?.trim()}); run "npm run build" to see why`,
  );
}

/** ms of the newest change at or below a path; 0 where there is none. */
async function newestMs(place: string): Promise<number> {
  const facts = await stat(place).catch(() => null);
  if (facts === null) return 0;
  if (!facts.isDirectory()) return facts.mtimeMs;
  const entries = await readdir(place);
  const ages = await Promise.all(entries.map((entry) => newestMs(path.join(place, entry))));
  return Math.max(0, ...ages);
}
