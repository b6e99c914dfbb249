import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { consolePolicy } from '../../core/console-policy.ts';
import { answerAppRequest, appFileOf } from '../../src-main/app-files.ts';

const folder = '/srv/nocturne/renderer';

describe('which file answers', () => {
  test.each([
    ['app://nocturne/console/', 'index.html', 'text/html; charset=utf-8'],
    ['app://nocturne/console/dashboards', 'index.html', 'text/html; charset=utf-8'],
    [
      'app://nocturne/console/dashboards/0190-7?range=15m',
      'index.html',
      'text/html; charset=utf-8',
    ],
    ['app://nocturne/console/index.html', 'index.html', 'text/html; charset=utf-8'],
    ['app://nocturne/console/assets/a.js', 'assets/a.js', 'text/javascript; charset=utf-8'],
    ['app://nocturne/console/assets/a.css', 'assets/a.css', 'text/css; charset=utf-8'],
    ['app://nocturne/console/assets/a.woff2', 'assets/a.woff2', 'font/woff2'],
    ['app://nocturne/console/assets/a%20b.svg', 'assets/a b.svg', 'image/svg+xml'],
  ])('%s', (url, file, mimeType) => {
    expect(appFileOf(url, folder)).toEqual({
      kind: 'file',
      path: path.join(folder, file),
      mimeType,
    });
  });

  test.each([
    'app://nocturne/',
    'app://nocturne/index.html',
    'app://nocturne/consolex/a.js',
    'app://other/console/',
    'app://user@nocturne/console/',
    'https://nocturne/console/',
    'file:///etc/passwd',
    'app://nocturne/console/../../../etc/passwd.html',
    'app://nocturne/console/..%2f..%2fpackage.json',
    'app://nocturne/console/%2e%2e/%2e%2e/package.json',
    'app://nocturne/console/assets/..%2f..%2f..%2fpackage.json',
    'app://nocturne/console/assets/%252e%252e%252fpackage.json',
    'app://nocturne/console/%2fetc%2fpasswd.html',
    'app://nocturne/console/..%5c..%5cpackage.json',
    'app://nocturne/console/C:%5cWindows%5cwin.html',
    'app://nocturne/console/c:/windows/win.html',
    'app://nocturne/console/a.js%00.html',
    'app://nocturne/console/%ff.js',
    'app://nocturne/console/%zz.js',
    'app://nocturne/console//etc/passwd.html',
    'app://nocturne/console/secret.pem',
    'app://nocturne/console/.env',
    'not a url',
  ])('refuses %s', (url) => {
    const found = appFileOf(url, folder);
    // A name without an extension is a screen: the page itself is all that it can get.
    expect(found.kind === 'refused' || found.path === path.join(folder, 'index.html')).toBe(true);
    expect(JSON.stringify(found)).not.toMatch(/passwd|package|win\.|secret|env/);
  });

  test('no address whatever leads out of the folder', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '..',
        '.',
        '%2e%2e',
        '%2E.',
        '/',
        '%2f',
        '\\',
        '%5c',
        '%00',
        ':',
        '%25',
        'a.js',
      ),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const found = appFileOf(`app://nocturne/console/${pieces.join('')}`, folder);
        expect(found.kind === 'refused' || found.path.startsWith(`${folder}/`)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('answers', () => {
  let built: string;
  beforeAll(async () => {
    built = await mkdtemp(path.join(os.tmpdir(), 'nocturne-app-files-'));
    await mkdir(path.join(built, 'assets'));
    await writeFile(path.join(built, 'index.html'), '<!doctype html>');
    await writeFile(path.join(built, 'assets/a.js'), 'export {};');
  });
  afterAll(() => rm(built, { recursive: true }));

  const get = (url: string, method = 'GET') => answerAppRequest({ url, method }, built);

  test.each([
    ['app://nocturne/console/', 200],
    ['app://nocturne/console/assets/a.js', 200],
    ['app://nocturne/console/assets/absent.js', 404],
    ['app://nocturne/elsewhere', 404],
    ['app://nocturne/console/%00', 400],
  ])('%s: %i, under the strict policy', async (url, status) => {
    const response = await get(url);
    expect(response.status).toBe(status);
    expect(response.headers.get('content-security-policy')).toBe(consolePolicy);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  });

  test('a screen gets the page', async () => {
    const response = await get(
      'app://nocturne/console/devices/0190a000-0000-7000-8000-000000000001',
    );
    expect(await response.text()).toBe('<!doctype html>');
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
  });

  test('nothing can be written', async () => {
    expect((await get('app://nocturne/console/', 'POST')).status).toBe(405);
  });

  test('the policy allows no inline, no eval and no foreign source', () => {
    expect(consolePolicy).toMatch(/^default-src 'none'/);
    expect(consolePolicy).not.toMatch(/unsafe|https?:|\*/);
  });
});
