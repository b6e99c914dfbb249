/** The shell in real Electron, where its binary and a display are there. */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { build } from 'electron-vite';
import { _electron, type ElectronApplication } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findElectron } from '../../collector-daemon/demo/desktop.ts';
import { testDatabase, type TestDatabase } from '../support/database.ts';
import { addDeviceRow } from '../support/telemetry-rows.ts';

const root = path.join(import.meta.dirname, '../..');
const { env, platform } = process;
const binary = findElectron(env);
const hasDisplay = platform !== 'linux' || Boolean(env['DISPLAY'] ?? env['WAYLAND_DISPLAY']);
const missing = binary === null ? 'the Electron binary' : hasDisplay ? null : 'a display';

if (missing !== null) {
  process.stderr.write(
    `SKIPPED test/src-main/electron-shell: no ${missing.replace(/^(the|a) /, '')}; the shell was NOT run in Electron\n`,
  );
}

describe.skipIf(missing !== null)('the shell in Electron', () => {
  const stack = new AsyncDisposableStack();
  let db: TestDatabase;
  let shell: ElectronApplication;

  beforeAll(async () => {
    await build({ root, logLevel: 'warn' });
    db = stack.use(await testDatabase());
    await addDeviceRow(db.pool, 'leaf-01');
    const dataDir = await mkdtemp(path.join(os.tmpdir(), 'nocturne-electron-'));
    stack.defer(() => rm(dataDir, { recursive: true, force: true }));
    shell = await _electron.launch({
      executablePath: binary!,
      args: [
        root,
        `--user-data-dir=${dataDir}`,
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      ],
      env: { ...(env as Record<string, string>), DATABASE_URL: db.url },
    });
  });
  afterAll(() => stack.disposeAsync());

  test('shows the devices through the port of its window, and nothing of Node', async () => {
    const page = await shell.firstWindow();
    await page.getByRole('heading', { name: 'Dashboards' }).waitFor();
    await page.evaluate(() => history.pushState(null, '', '/console/devices'));
    await page.reload();
    await page.getByRole('link', { name: 'leaf-01' }).waitFor();
    expect(
      await page.evaluate(() => [
        location.origin,
        'require' in globalThis,
        'process' in globalThis,
      ]),
    ).toEqual(['app://nocturne', false, false]);
  });

  test('lets no page lead elsewhere', async () => {
    const page = await shell.firstWindow();
    expect(await page.evaluate(() => window.open('http://127.0.0.1/') === null)).toBe(true);
    await page.evaluate(() => location.assign('http://127.0.0.1/'));
    expect(new URL(page.url()).protocol).toBe('app:');
  });

  test('ends by itself when it is told to quit', async () => {
    const ended = once(shell.process(), 'exit');
    await shell.evaluate(({ app }) => app.quit()).catch(() => {});
    expect(await ended).toEqual([0, null]);
  });
});
