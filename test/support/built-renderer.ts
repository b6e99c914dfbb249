/** The built console: makes it when it is missing or older than its sources, without Electron. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { build, type InlineConfig } from 'vite';

const root = join(import.meta.dirname, '../..');
export const rendererFolder = join(root, 'out/renderer');

async function newestMs(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const times = await Promise.all(
    files.map(async (file) => (await stat(join(file.parentPath, file.name))).mtimeMs),
  );
  return Math.max(0, ...times);
}

async function isCurrent(): Promise<boolean> {
  const built = await stat(join(rendererFolder, 'index.html')).catch(() => null);
  if (built === null) return false;
  const config = (await stat(join(root, 'electron.vite.config.ts'))).mtimeMs;
  const sources = await Promise.all(
    ['src-renderer', 'core'].map((name) => newestMs(join(root, name))),
  );
  return built.mtimeMs >= Math.max(config, ...sources);
}

export async function buildRendererIfOld(): Promise<string> {
  if (await isCurrent()) return rendererFolder;
  const { default: config } = await import('../../electron.vite.config.ts');
  const renderer = (config as { renderer: InlineConfig }).renderer;
  // Test runners set "test", with which React would be bundled as its development build.
  const before = process.env['NODE_ENV'];
  process.env['NODE_ENV'] = 'production';
  try {
    await build({ ...renderer, configFile: false, mode: 'production', logLevel: 'warn' });
  } finally {
    process.env['NODE_ENV'] = before;
  }
  return rendererFolder;
}
