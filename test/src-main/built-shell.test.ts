/** What Electron would load, as it is built: looked at, not run. */
import { readFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import path from 'node:path';
import { resolveConfig } from 'electron-vite';
import { build, type Rolldown } from 'vite';
import { expect, test } from 'vitest';

const root = path.join(import.meta.dirname, '../..');

async function chunksOf(part: 'main' | 'preload'): Promise<Rolldown.OutputChunk[]> {
  const { config } = await resolveConfig({ root, logLevel: 'warn' }, 'build', 'production');
  const options = config![part]!;
  const built = await build({
    ...options,
    configFile: false,
    build: { ...options.build, write: false },
  });
  return [built as Rolldown.RolldownOutput]
    .flat()
    .flatMap(({ output }) => output.filter((one) => one.type === 'chunk'));
}

/** Modules that the chunks leave to be loaded at run time. */
function loadedBy(chunks: readonly Rolldown.OutputChunk[]): string[] {
  const own = new Set(chunks.map(({ fileName }) => fileName));
  const all = chunks.flatMap(({ imports, dynamicImports }) => [...imports, ...dynamicImports]);
  return [...new Set(all)].filter((name) => !own.has(name));
}

const packageOf = (name: string) =>
  name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');

test('the main process loads only Electron, Node and what is installed with the program', async () => {
  const chunks = await chunksOf('main');
  const { dependencies } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  const there = new Set(['electron', ...builtinModules, ...Object.keys(dependencies)]);
  const loaded = loadedBy(chunks);
  expect(loaded).toEqual(expect.arrayContaining(['electron', 'pg', 'zeromq']));
  expect(loaded.filter((name) => !name.startsWith('node:') && !there.has(packageOf(name)))).toEqual(
    [],
  );
  expect(chunks.map(({ fileName }) => fileName)).toContain('index.js');
});

test('the preload script is one CommonJS file that needs only Electron, as a sandbox demands', async () => {
  const chunks = await chunksOf('preload');
  expect(chunks.map(({ fileName }) => fileName)).toEqual(['preload.cjs']);
  expect(loadedBy(chunks)).toEqual(['electron']);
  expect(chunks[0]!.code).toContain('require("electron")');
  expect(chunks[0]!.code).not.toMatch(/^\s*(import|export)\b/m);
});
