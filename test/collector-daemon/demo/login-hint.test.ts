import path from 'node:path';
import { expect, test } from 'vitest';
import { loginHint } from '../../../collector-daemon/demo/login-hint.ts';

const checkout = path.join(import.meta.dirname, '../../..');
const home = { HOME: '/home/ada' };

test.each([
  [{}, 'npx nocturne user login-link'],
  [{ NOCTURNE_DATA_DIR: '/srv/n' }, 'NOCTURNE_DATA_DIR=/srv/n npx nocturne user login-link'],
  [
    { NOCTURNE_DATA_DIR: "/srv/Ada's data ü" },
    `NOCTURNE_DATA_DIR='/srv/Ada'\\''s data ü' npx nocturne user login-link`,
  ],
  // The demo leaves its address in the data folder.
  [{ DATABASE_URL: 'postgres://n:hush@db/n' }, 'npx nocturne user login-link'],
])('with %j another link is printed by %s', (env, command) => {
  expect(loginHint({ ...home, ...env }, checkout)).toBe(`another one, in this folder: ${command}`);
});

test('from elsewhere the checkout is named, for npx finds the program only there', () => {
  expect(loginHint(home, '/')).toBe(`another one, in ${checkout}: npx nocturne user login-link`);
});
