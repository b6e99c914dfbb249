import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { importsOf, packageOf, resolveImport } from './imports.ts';
import { readSources, root } from './source-tree.ts';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

interface LockedPackage extends Partial<Manifest> {
  readonly link?: true;
  readonly integrity?: string;
  readonly resolved?: string;
}

async function json<Shape>(file: string): Promise<Shape> {
  return JSON.parse(await readFile(path.join(root, file), 'utf8')) as Shape;
}

const manifest = await json<Manifest>('package.json');
const lock = await json<{ packages: Readonly<Record<string, LockedPackage>> }>('package-lock.json');
const wanted = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });

describe('npm dependencies', () => {
  test('are pinned exactly', () => {
    const exact = /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/;
    expect(wanted.filter(([, version]) => !exact.test(version))).toEqual([]);
  });

  test('none stands both among the dependencies and the dev-dependencies', () => {
    const both = Object.keys(manifest.dependencies).filter(
      (name) => name in manifest.devDependencies,
    );
    expect(both).toEqual([]);
  });

  test('those that a node runs with are no dev-dependencies: it is installed without them', async () => {
    const product = /^(core|service|collector-daemon|simulator|proto)\//;
    const sources = [...(await readSources())].filter(([file]) => product.test(file));
    const imported = sources.flatMap(([file, text]) =>
      importsOf(text)
        .filter(({ specifier }) => resolveImport(file, specifier) === null)
        .map(({ specifier }) => packageOf(specifier)),
    );
    const needed = new Set(imported.filter((name) => !name.startsWith('node:')));
    // The unit of systemd starts it.
    needed.add('node');
    expect([...needed].filter((name) => !(name in manifest.dependencies))).toEqual([]);
  });

  test('all of @orpc are of one version', () => {
    const versions = wanted
      .filter(([name]) => name.startsWith('@orpc/'))
      .map(([, version]) => version);
    expect(new Set(versions).size).toBe(1);
  });
});

describe('the lock file', () => {
  test('is of this package and locks what it asks for', () => {
    const { name, version, dependencies, devDependencies } = lock.packages['']!;
    expect({ name, version, dependencies, devDependencies }).toEqual({
      name: manifest.name,
      version: manifest.version,
      dependencies: manifest.dependencies,
      devDependencies: manifest.devDependencies,
    });
    const locked = wanted.filter(
      ([name, version]) => lock.packages[`node_modules/${name}`]?.version !== version,
    );
    expect(locked).toEqual([]);
  });

  test('knows the content of every package, and takes none from elsewhere than the registry', () => {
    const packages = Object.entries(lock.packages).filter(([place]) => place !== '');
    expect(packages.filter(([, { integrity }]) => integrity === undefined)).toEqual([]);
    const elsewhere = packages.filter(
      ([, { resolved, link }]) =>
        link === true ||
        (resolved !== undefined && !resolved.startsWith('https://registry.npmjs.org/')),
    );
    expect(elsewhere).toEqual([]);
  });
});
