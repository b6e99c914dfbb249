import os from 'node:os';
import { expect, test } from 'vitest';
import { defaultDataDir } from '../../../collector-daemon/embedded-postgres/data-dir.ts';

test.each([
  [{ NOCTURNE_DATA_DIR: '/data/n', HOME: '/home/a' }, 'linux', false, '/data/n'],
  [{ NOCTURNE_DATA_DIR: '/data/n', HOME: '/root' }, 'linux', true, '/data/n'],
  [{ HOME: '/root' }, 'linux', true, '/var/lib/nocturne'],
  [{ HOME: '/home/a' }, 'linux', false, '/home/a/.local/share/nocturne'],
  [{ HOME: '/home/a', XDG_DATA_HOME: '/big' }, 'linux', false, '/big/nocturne'],
  [{ HOME: '/home/a', XDG_DATA_HOME: 'big' }, 'linux', false, '/home/a/.local/share/nocturne'],
  [{ HOME: '/Users/a' }, 'darwin', false, '/Users/a/Library/Application Support/Nocturne'],
  [{ LOCALAPPDATA: 'C:\\Local' }, 'win32', false, 'C:\\Local\\Nocturne'],
] as const)('with %j on %s (root: %s) it is %s', (env, platform, isRoot, expected) => {
  expect(defaultDataDir(env, platform, isRoot)).toBe(expected);
});

test('without HOME it is below the home that the system knows, never below the folder one stands in', () => {
  const expected = `${os.userInfo().homedir}/.local/share/nocturne`;
  expect(defaultDataDir({}, 'linux', false)).toBe(expected);
  expect(defaultDataDir({ HOME: '' }, 'linux', false)).toBe(expected);
});
