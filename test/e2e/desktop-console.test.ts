/** The built console in a real browser on the desktop's services: its files, its policy, its port, a real database. */
import os from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dashboardDocument } from '../../core/dashboard/document.ts';
import { parseDeepLink } from '../../src-main/deep-link.ts';
import type { DesktopServices } from '../../src-main/desktop-services.ts';
import { databaseDoor, type DatabaseDoor } from '../src-main/database-door.ts';
import { serveDesktopPage, type DesktopPage } from '../src-main/desktop-page.ts';
import { openWindow, testDesktop } from '../src-main/desktop.ts';
import { repeatingFeed } from '../src-main/repeating-feed.ts';
import { chromiumPath, hasChromium, openBrowser, type Browser } from '../support/browser.ts';
import { testDatabase, type TestDatabase } from '../support/database.ts';
import { addDeviceRow, addSeries } from '../support/telemetry-rows.ts';

if (!hasChromium) {
  process.stderr.write(`SKIPPED test/e2e/desktop-console: no Chromium at ${chromiumPath}\n`);
}

const path = '/system/cpus/cpu[index=0]/state/total/instant';
const gauge = { kind: 'gauge', unit: '%' } as const;

const loadDashboard = dashboardDocument.parse({
  title: 'Load of the leaves',
  panels: [
    {
      kind: 'stat',
      id: 'cpu',
      title: 'Busiest CPU',
      place: { column: 0, row: 0, columns: 8, rows: 4 },
      query: { selectors: [{ path: '/system/cpus' }], function: 'value' },
      options: { reduce: 'max' },
    },
  ],
});

describe.skipIf(!hasChromium)('the desktop’s console', () => {
  const stack = new AsyncDisposableStack();
  let db: TestDatabase;
  let door: DatabaseDoor;
  let desktop: DesktopServices;
  let desktopPage: DesktopPage;
  let browser: Browser;

  beforeAll(async () => {
    db = stack.use(await testDatabase());
    door = stack.use(await databaseDoor(db.url));
    const deviceId = await addDeviceRow(db.pool, 'leaf-01');
    await addSeries(db.pool, deviceId, path, gauge);
    stack.use(await repeatingFeed(db.pool, { deviceId, path, value: 42.5, ...gauge }));
    desktop = stack.use(await testDesktop({ databaseUrl: door.url }));
    desktopPage = stack.use(await serveDesktopPage(desktop));
    browser = stack.use(await openBrowser());
    await desktopPage.prepare(browser.page);
  });
  afterAll(() => stack.disposeAsync());

  const open = (consolePath: string) => browser.page.goto(`${desktopPage.origin}${consolePath}`);

  it('opens without a login, as the person at this machine', async () => {
    const { page, complaints } = browser;
    await open('/console/devices');
    await page.getByRole('link', { name: 'leaf-01' }).waitFor();
    await page.getByRole('button', { name: `Logged in as ${os.userInfo().username}` }).waitFor();
    await page.getByText('test connected').waitFor();
    expect(complaints).toEqual([]);
  });

  it('opens a deep link at its dashboard, live from the collector', async () => {
    const { page, complaints } = browser;
    using window = openWindow(desktop);
    const { id } = await window.client.dashboard.save({ document: loadDashboard });
    const consolePath = parseDeepLink(`nocturne://dashboard/${id}?from=now-1h`);
    if (!consolePath.ok) throw new Error(consolePath.problem);
    await open(consolePath.value);
    await page.getByRole('heading', { name: 'Load of the leaves' }).waitFor();
    await page.locator('.stat-value', { hasText: '42.5' }).waitFor();
    expect(new URL(page.url()).search).toBe('?range=1h&zone=utc');

    const between = `from=2026-11-21T18:40:00Z&to=2026-11-21T18:50:00Z`;
    const absolute = parseDeepLink(`nocturne://dashboard/${id}?${between}`);
    if (!absolute.ok) throw new Error(absolute.problem);
    await open(absolute.value);
    await page.getByText('18:40').and(page.getByText('18:50')).first().waitFor();
    expect(await page.getByRole('button', { name: 'Live' }).getAttribute('aria-pressed')).toBe(
      'false',
    );
    expect(complaints).toEqual([]);
  });

  it('adds a device to the real inventory', async () => {
    const { page, complaints } = browser;
    await open('/console/devices/add');
    const dialog = page.getByRole('dialog', { name: 'Add a device' });
    await dialog.getByLabel('Name', { exact: true }).fill('leaf-02');
    await dialog.getByLabel('Address').fill('192.0.2.2');
    await dialog.getByLabel('Address').press('Enter');
    await page.getByRole('link', { name: 'leaf-02' }).waitFor();
    const { rows } = await db.pool.query(`select name from device order by name`);
    expect(rows).toEqual([{ name: 'leaf-01' }, { name: 'leaf-02' }]);
    expect(complaints).toEqual([]);
  });

  it('says that the database is out of reach, and goes on when it is back', async () => {
    const { page } = browser;
    await door.shut();
    await open('/console/devices');
    const sentence = page.getByText(/cannot reach the database/);
    await sentence.waitFor();
    await door.open();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('link', { name: 'leaf-01' }).waitFor();
    expect(await sentence.count()).toBe(0);
  });

  it('serves a second window beside the first', async () => {
    const { page } = browser;
    const second = await page.context().newPage();
    await desktopPage.prepare(second);
    await open('/console/devices');
    await second.goto(`${desktopPage.origin}/console/cluster`);
    await second.getByText('col-a').first().waitFor();
    await second.close();
    await page.getByRole('link', { name: 'leaf-01' }).waitFor();
    expect(await page.getByText('test connected').isVisible()).toBe(true);
  });
});
