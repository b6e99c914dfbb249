import { describe, expect, test } from 'vitest';
import {
  elem,
  formatPath,
  isWithin,
  joinPaths,
  keysOf,
  matchesPath,
  metricOf,
  parsePath,
  rootPath,
} from '../../../core/telemetry/path.ts';
import { arbitraryPath, pathOf } from '../../support/paths.ts';
import { holds } from '../../support/property.ts';

describe('the text form of a path', () => {
  test('every path is read back as it was written', () => {
    holds(
      [arbitraryPath],
      (path) => {
        expect(parsePath(formatPath(path))).toEqual({ ok: true, value: path });
      },
      1_000,
    );
  });

  test('two paths have the same text only when they are the same', () => {
    holds([arbitraryPath, arbitraryPath], (left, right) => {
      const same = formatPath(left) === formatPath(right);
      expect(same).toBe(JSON.stringify(sorted(left)) === JSON.stringify(sorted(right)));
    });
  });

  test.each([
    ['a slash in a key', '/interface[name=Ethernet1/1]', { name: 'Ethernet1/1' }],
    ['a closing bracket', '/interface[name=a\\]b]', { name: 'a]b' }],
    ['an opening bracket', '/interface[name=a[b]', { name: 'a[b' }],
    ['a backslash', '/interface[name=a\\\\b]', { name: 'a\\b' }],
    ['an equals sign', '/interface[name=a=b]', { name: 'a=b' }],
    ['an empty value', '/interface[name=]', { name: '' }],
    ['unicode', '/interface[name=Zürich ✓]', { name: 'Zürich ✓' }],
    ['two keys', '/interface[a=1][b=2]', { a: '1', b: '2' }],
  ])('%s stands in a key', (_what, text, keys) => {
    expect(parsePath(text)).toEqual({
      ok: true,
      value: { origin: '', elems: [{ name: 'interface', keys }] },
    });
    expect(formatPath(pathOf(text))).toBe(text);
  });

  test('a key called __proto__ is a key like any other', () => {
    const path = pathOf('/a[__proto__=x]/b');
    expect(Object.entries(path.elems[0]!.keys)).toEqual([['__proto__', 'x']]);
    expect(Object.getPrototypeOf(path.elems[0]!.keys)).toBe(Object.prototype);
    expect(formatPath(path)).toBe('/a[__proto__=x]/b');
  });

  test('keys are sorted by name, and the default origin is left out', () => {
    expect(formatPath({ origin: 'openconfig', elems: [elem('a', { z: '1', b: '2' })] })).toBe(
      '/a[b=2][z=1]',
    );
    expect(formatPath(pathOf('openconfig:/a'))).toBe('/a');
    expect(formatPath(pathOf('cli:/a'))).toBe('cli:/a');
    expect(formatPath(rootPath)).toBe('/');
  });

  test('a colon after the first slash is part of a name', () => {
    expect(pathOf('/ietf-interfaces:interfaces').origin).toBe('');
    expect(pathOf('a/b').elems.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  test.each([
    ['/a[name', 'expected [key=value]'],
    ['/a[name=x', 'never closed'],
    ['/a[=x]', 'expected [key=value]'],
    ['/a[k=1][k=2]', 'stands twice'],
    ['/a[k=1]b', 'expected "/"'],
    ['//a', 'name is missing'],
    ['/[k=1]', 'name is missing'],
  ])('%s is refused: %s', (text, reason) => {
    const refused = parsePath(text);
    expect(refused.ok ? '' : refused.problem).toContain(reason);
  });
});

describe('what a series is named after', () => {
  const path = pathOf('/network-instance[name=a]/protocol[name=b][identifier=BGP]/state');

  test('the metric is the path without keys', () => {
    expect(metricOf(path)).toBe('/network-instance/protocol/state');
  });

  test('keys carry the name of their element, so that equal names do not collide', () => {
    expect(keysOf(path)).toEqual({
      'network-instance/name': 'a',
      'protocol/name': 'b',
      'protocol/identifier': 'BGP',
    });
  });
});

describe('joining a prefix and a path', () => {
  test.each([
    ['/a', '/b', '/a/b'],
    ['/', '/b', '/b'],
    ['cli:/', '/b', 'cli:/b'],
    ['/a', 'cli:/b', 'cli:/a/b'],
    ['/a[k=1]', '/', '/a[k=1]'],
  ])('%s + %s = %s', (prefix, path, joined) => {
    expect(formatPath(joinPaths(pathOf(prefix), pathOf(path)))).toBe(joined);
  });
});

describe('matching', () => {
  test.each([
    // container, path, within, matches
    ['/a', '/a', true, true],
    ['/a', '/a/b', true, false],
    ['/a/b', '/a', false, false],
    ['/interface', '/interfaces', false, false],
    ['/', '/a', true, false],
    ['/a/*', '/a/b', true, true],
    ['/*/b', '/a/b/c', true, false],
    ['/a[k=1]', '/a[k=1]/b', true, false],
    ['/a[k=1]', '/a[k=11]/b', false, false],
    ['/a[k=*]/b', '/a[k=1]/b', true, true],
    ['/a/b', '/a[k=1]/b', true, true],
    ['/a[k=1]/b', '/a/b', false, false],
    ['/a[k=*]/b', '/a/b', false, false],
    ['/.../c', '/a/b/c', true, true],
    ['/.../c', '/c', true, true],
    ['/a/...', '/a/b/c', true, true],
    ['/.../b/c', '/a/b/x/b/c', true, true],
    ['/.../c', '/a/b', false, false],
    ['openconfig:/a', '/a', true, true],
    ['cli:/a', '/a', false, false],
  ])('%s against %s: within %s, matches %s', (container, path, within, matches) => {
    expect(isWithin(pathOf(container), pathOf(path))).toBe(within);
    expect(matchesPath(pathOf(container), pathOf(path))).toBe(matches);
  });

  test('a wildcard asks for a key of the element itself, not of every object', () => {
    expect(matchesPath(pathOf('/a[constructor=*]'), pathOf('/a'))).toBe(false);
    expect(isWithin(pathOf('/a[__proto__=*]'), pathOf('/a[k=1]'))).toBe(false);
  });

  test('every path lies within itself, its containers and the root, and matches itself', () => {
    holds([arbitraryPath], (path) => {
      expect(matchesPath(path, path)).toBe(true);
      for (let depth = 0; depth <= path.elems.length; depth += 1) {
        const container = { origin: path.origin, elems: path.elems.slice(0, depth) };
        expect(isWithin(container, path)).toBe(true);
      }
    });
  });

  test('a container of another depth or key never holds a path by the accident of its text', () => {
    holds([arbitraryPath, arbitraryPath], (container, path) => {
      if (formatPath(container).includes('*') || formatPath(container).includes('...')) return;
      const structural =
        container.origin === path.origin &&
        container.elems.every((part, at) => {
          const other = path.elems[at];
          return (
            other?.name === part.name &&
            Object.entries(part.keys).every(
              ([name, value]) => Object.hasOwn(other.keys, name) && other.keys[name] === value,
            )
          );
        });
      expect(isWithin(container, path)).toBe(structural);
    });
  });
});

function sorted({ origin, elems }: ReturnType<typeof pathOf>): unknown {
  return [
    origin,
    elems.map(({ name, keys }) => [
      name,
      Object.entries(keys).toSorted(([left], [right]) => (left < right ? -1 : 1)),
    ]),
  ];
}
