import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PathTree } from '../../../collector-daemon/normalise/path-tree.ts';
import { formatPath, isWithin, type Path } from '../../../core/telemetry/path.ts';
import { arbitraryPath, pathOf } from '../../support/paths.ts';
import { holds } from '../../support/property.ts';

interface Item {
  readonly path: Path;
}

function treeOf(paths: readonly (string | Path)[]): PathTree<Item> {
  const tree = new PathTree<Item>();
  for (const path of paths) tree.add({ path: typeof path === 'string' ? pathOf(path) : path });
  return tree;
}

function texts(items: readonly Item[]): string[] {
  return items.map(({ path }) => formatPath(path)).sort();
}

/** Few names, keys and values, so that much is alike; in patterns wildcards too. */
const word = fc.constantFrom('a', 'b');
const keys = (value: fc.Arbitrary<string>) =>
  fc.dictionary(fc.constantFrom('k', 'l'), value, { maxKeys: 2 });
const elems = (name: fc.Arbitrary<string>, value: fc.Arbitrary<string>) =>
  fc.array(fc.record({ name, keys: keys(value) }), { maxLength: 4 });
const path = fc.record({ origin: fc.constantFrom('', 'cli'), elems: elems(word, word) });
const pattern = fc.record({
  origin: fc.constantFrom('', 'openconfig', 'cli'),
  elems: elems(fc.constantFrom('a', 'b', '*', '...'), fc.constantFrom('a', 'b', '*')),
});

describe('what lies under a container', () => {
  test('is what a look at each path would find', () => {
    holds(
      [fc.uniqueArray(path, { selector: formatPath, maxLength: 12 }), pattern],
      (paths, container) => {
        const all = paths.map((one) => ({ path: one }));
        const expected = all.filter((item) => isWithin(container, item.path));
        expect(texts(treeOf(paths).within(container))).toEqual(texts(expected));
      },
      2_000,
    );
  });

  test('does not hold what was taken out, and holds what was put back', () => {
    holds(
      [fc.uniqueArray(path, { selector: formatPath, minLength: 1, maxLength: 12 }), pattern],
      (paths, container) => {
        const [first, ...others] = paths.map((one) => ({ path: one }));
        const tree = treeOf(paths);
        tree.delete(first!);
        const left = others.filter((item) => isWithin(container, item.path));
        expect(texts(tree.within(container))).toEqual(texts(left));
        tree.add(first!);
        expect(tree.within(first!.path)).toContain(first);
      },
      1_000,
    );
  });

  test('a path is under itself, whatever it is written with', () => {
    holds([arbitraryPath], (one) => {
      expect(treeOf([one]).within(one)).toHaveLength(1);
    });
  });

  test('is nothing where nothing was put', () => {
    expect(treeOf(['/a/b']).within(pathOf('/a/b/c'))).toEqual([]);
    expect(treeOf(['/a/b']).within(pathOf('cli:/a'))).toEqual([]);
    expect(new PathTree<Item>().within(pathOf('/'))).toEqual([]);
  });

  test('is found without looking at others', () => {
    const tree = new PathTree<Item>();
    let looks = 0;
    const watched = (name: string): Item => {
      const own = pathOf(`/interfaces/interface[name=${name}]/state/mtu`);
      return {
        get path() {
          looks += 1;
          return own;
        },
      };
    };
    for (let port = 0; port < 100; port += 1) tree.add(watched(`e${port}`));
    looks = 0;
    expect(tree.within(pathOf('/interfaces/interface[name=e7]'))).toHaveLength(1);
    expect(looks).toBe(0);
    expect(tree.within(pathOf('/interfaces/interface[name=*]/state'))).toHaveLength(100);
    expect(looks).toBe(100);
  });

  test('may be more than a call has arguments', () => {
    const tree = new PathTree<Item>();
    for (let row = 0; row < 150_000; row += 1) {
      tree.add({ path: { origin: '', elems: [{ name: 'row', keys: { index: String(row) } }] } });
    }
    expect(tree.within(pathOf('/'))).toHaveLength(150_000);
  });
});
