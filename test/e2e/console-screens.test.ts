/** The built console in a real browser under its strict policy, against the contract answered from memory. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { seriousFindings } from '../support/axe.ts';
import {
  chromiumPath,
  hasChromium,
  openBrowser,
  tellPageOnFailure,
  type Browser,
} from '../support/browser.ts';
import { startConsoleHarness, type ConsoleHarness } from '../support/console-harness.ts';

if (!hasChromium) {
  process.stderr.write(`SKIPPED test/e2e/console-screens: no Chromium at ${chromiumPath}\n`);
}

const dashboard = 'dashboards/01900002-0000-7000-8000-000000000000';
const device = 'devices/01900001-0000-7000-8000-000000000002';

const screens = [
  { path: 'dashboards', ready: 'Fabric FRA-1 · uplinks' },
  { path: dashboard, ready: 'Uplink throughput' },
  { path: 'dashboards/01900002-0000-7000-8000-000000000001', ready: 'No series in this range' },
  { path: 'dashboards/01900002-0000-7000-8000-000000000002', ready: 'other (8)' },
  { path: 'devices', ready: 'leaf-04' },
  { path: 'devices/add', ready: 'Add a device' },
  { path: device, ready: 'ethernet-1/2' },
  { path: `${device}/ports/ethernet-1%2F1`, ready: 'Packets, out below the line' },
  { path: 'sessions', ready: 'backing off' },
  { path: 'events', ready: 'session.lost' },
  { path: 'troubles', ready: '3 × of a later release' },
  { path: 'troubles/quarantine', ready: 'the text holds NUL' },
  { path: 'cluster', ready: 'col-b' },
  { path: 'nowhere', ready: 'There is no such screen' },
];

async function drawnCanvases(page: Page): Promise<boolean[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('canvas')].map((canvas) => {
      const pixels = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data;
      return pixels?.some((value) => value !== 0) ?? false;
    }),
  );
}

describe.skipIf(!hasChromium)('the console in a browser', { timeout: 60_000 }, () => {
  let harness: ConsoleHarness;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    harness = await startConsoleHarness();
    browser = await openBrowser();
    page = browser.page;
    await page.goto(harness.loginUrl);
    await page.getByRole('heading', { name: 'Fabric FRA-1' }).waitFor();
  });
  beforeEach(() => tellPageOnFailure(browser));
  afterAll(async () => {
    await browser?.[Symbol.asyncDispose]();
    await harness?.[Symbol.asyncDispose]();
  });

  const open = (path: string) => page.goto(`${harness.origin}/console/${path}`);

  it('asks for a link, refuses a wrong one, and lets a right one in', async () => {
    await page.context().clearCookies();
    await open('events');
    await page.getByText('nocturne user login-link').waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await page
      .getByLabel('Login link or token')
      .fill(`${harness.origin}/console/login#token=wrong-one`);
    await page.keyboard.press('Enter');
    await page.getByText('was used already').waitFor();
    // Refusals are answered with 401, which the browser itself notes on its console.
    browser.complaints.length = 0;
    await page.goto(harness.loginUrl);
    await page.getByRole('heading', { name: 'Fabric FRA-1' }).waitFor();
    expect(page.url()).toBe(`${harness.origin}/console/${dashboard}?range=15m&zone=utc`);
    expect(browser.complaints).toEqual([]);
  });

  it('opens the dashboard seen last, and the list one click away', async () => {
    await open('dashboards/01900002-0000-7000-8000-000000000002');
    await page.getByText('other (8)').first().waitFor();
    await open('');
    await page.getByText('other (8)').first().waitFor();
    await page.getByRole('link', { name: 'Dashboards' }).first().click();
    await page.getByRole('link', { name: /Fabric FRA-1/ }).click();
    await page.getByRole('heading', { name: 'Fabric FRA-1' }).waitFor();
    expect(new URL(page.url()).pathname).toBe(`/console/${dashboard}`);
  });

  describe.each(['dark', 'light', 'contrast'])('in %s', (theme) => {
    beforeAll(async () => {
      await page.evaluate(
        (theme) => localStorage.setItem('nocturne.settings', JSON.stringify({ theme })),
        theme,
      );
    });

    it.each(screens)('opens $path without complaint or barrier', async ({ path, ready }) => {
      browser.complaints.length = 0;
      await open(path);
      await page.getByText(ready).first().waitFor();
      await page.getByText('samples/s').first().waitFor();
      expect(await page.evaluate(() => document.documentElement.dataset['theme'])).toBe(theme);
      expect(await seriousFindings(page)).toEqual([]);
      expect(browser.complaints).toEqual([]);
    });
  });

  it('says what of a device is not stored, and finds a value in quarantine', async () => {
    await open(device);
    await page.getByRole('button', { name: '3 data troubles' }).click();
    const list = page.locator('.trouble-list');
    await list.getByText('12,000 samples beyond the series limit, not stored').waitFor();
    await list.getByText('/optics/laser/input-power (-Infinity)').waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByRole('link', { name: 'Quarantine' }).click();
    const rows = page.getByRole('table').getByRole('row');
    await rows.nth(1).getByText('leaf-01').waitFor();
    expect(await page.getByRole('table').getByText('spine-01').count()).toBe(0);
    await page.getByRole('link', { name: 'Of all devices' }).click();
    await page.getByLabel('Device').fill('SPINE-02');
    await page.getByLabel('Value').fill('uplink');
    await rows.nth(1).getByText('the text holds NUL').waitFor();
    await expect.poll(() => page.getByRole('table').getByText('leaf-01').count()).toBe(0);
    await page.getByLabel('Value').fill('nowhere');
    await page.getByText('Nothing in quarantine matches').waitFor();
    await page.getByLabel('Value').fill('');
    await page.getByLabel('Device').fill('');
    await page.getByRole('button', { name: 'Load older values' }).click();
    await expect
      .poll(() => page.getByRole('table').getAttribute('aria-rowcount'))
      .toBe(String(400 + 1));
  });

  it('draws every chart, lets its numbers move, and shares its range by the address', async () => {
    await open(`${dashboard}?range=1h`);
    await page.locator('.stat-value').first().waitFor();
    await expect.poll(() => drawnCanvases(page)).toEqual(expect.not.arrayContaining([false]));
    expect((await drawnCanvases(page)).length).toBeGreaterThanOrEqual(5);
    const numbers = () => page.locator('.legend').first().innerText();
    const before = await numbers();
    await expect.poll(numbers, { timeout: 8_000 }).not.toBe(before);
    await page.getByRole('button', { name: '3h' }).click();
    expect(new URL(page.url()).search).toBe('?range=3h&zone=utc');
    await page.goBack();
    expect(new URL(page.url()).search).toBe('?range=1h&zone=utc');
  });

  it('looks closer at a stretch that is drawn, and a link to it shows another person the same', async () => {
    await open(`${dashboard}?range=1h`);
    await page.locator('.stat-value').first().waitFor();
    await page.locator('canvas').first().waitFor();
    const chart = (await page.locator('.chart-cursor').first().boundingBox())!;
    const at = (share: number) => [chart.x + chart.width * share, chart.y + 80] as const;
    await page.mouse.move(...at(0.4));
    await page.mouse.down();
    await page.mouse.move(...at(0.6), { steps: 4 });
    await page.mouse.up();
    await page.getByTitle('click to follow the clock again').waitFor();
    const { searchParams } = new URL(page.url());
    const lengthMs = Number(searchParams.get('to')) - Number(searchParams.get('from'));
    expect(lengthMs).toBeGreaterThan(8 * 60_000);
    expect(lengthMs).toBeLessThan(16 * 60_000);
    expect(await page.getByRole('button', { name: 'Live' }).getAttribute('aria-pressed')).toBe(
      'false',
    );
    const range = await page.locator('.range-fixed').innerText();

    await using stack = new AsyncDisposableStack();
    const other = stack.adopt(await page.context().newPage(), (opened) => opened.close());
    const link = page.url().replace('zone=utc', 'zone=local');
    await other.goto(link);
    await other.locator('.range-fixed').waitFor();
    expect(await other.getByRole('button', { name: 'Local' }).isVisible()).toBe(true);
    await other.getByTitle(/Times are shown in local time/).click();
    expect(await other.locator('.range-fixed').innerText()).toBe(range);

    await page.goBack();
    expect(new URL(page.url()).search).toBe('?range=1h&zone=utc');
    const typed = page.getByLabel(/Other time range/);
    await typed.fill('2026-11-20 08:00 - 09:30');
    await typed.press('Enter');
    expect(new URL(page.url()).search).toBe('?from=1795161600000&to=1795167000000&zone=utc');
    await page.goBack();
    await page.goForward();
    await page.getByRole('button', { name: 'Live' }).click();
    await expect.poll(() => new URL(page.url()).searchParams.get('range')).not.toBeNull();
  });

  it('shows one panel alone, by its address too, and goes back to all by Escape', async () => {
    const all = page.getByRole('heading', { name: 'Uplink throughput' });
    await open(dashboard);
    await all.waitFor();
    await page.getByRole('button', { name: 'Show Errors alone' }).press('Enter');
    await all.waitFor({ state: 'detached' });
    await page.reload();
    await page.getByRole('heading', { name: 'Errors' }).waitFor();
    expect(new URL(page.url()).searchParams.get('panel')).toBe('errors');
    expect(await all.count()).toBe(0);
    await page.keyboard.press('Escape');
    await all.waitFor();
  });

  it('keeps the last data through an outage, says so, and comes back', async () => {
    await open(dashboard);
    await page.getByText('live', { exact: true }).first().waitFor();
    harness.cut();
    await page.getByText('Offline').waitFor();
    await page.locator('.panel .age-badge').first().waitFor();
    expect(await page.locator('.stat-value').first().innerText()).toMatch(/\d/);
    expect(await page.getByRole('button', { name: 'Live' }).isDisabled()).toBe(true);
    harness.restore();
    await page.locator('.live-dot').first().waitFor({ timeout: 25_000 });
    await expect.poll(() => page.locator('.panel .age-badge').count()).toBe(0);
  });

  it('says at once that nothing can be loaded in an outage, and loads it afterwards', async () => {
    await open('dashboards');
    await page.getByText('samples/s').first().waitFor();
    harness.cut();
    await page.getByText('Offline').waitFor();
    await page.getByRole('link', { name: 'Events' }).click();
    await page.getByText('The server cannot be reached').waitFor({ timeout: 3_000 });
    harness.restore();
    await page.getByText('session.lost').first().waitFor({ timeout: 25_000 });
    expect(await page.getByText('The server cannot be reached').count()).toBe(0);
  });

  it('adds a device by keyboard alone, tests it, and takes a removal back', async () => {
    await open('dashboards');
    await page.getByText('samples/s').first().waitFor();
    browser.complaints.length = 0;
    await page.keyboard.press('g');
    await page.keyboard.press('v');
    await page.getByRole('heading', { name: 'Devices' }).waitFor();
    await page.keyboard.press('a');
    await page.getByRole('dialog', { name: 'Add a device' }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByText('Give the device a name.').waitFor();
    await page.keyboard.type('leaf-77');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.type('10.0.7.77');
    await page.getByRole('button', { name: 'Test the connection' }).press('Enter');
    await page.getByText('The connection works').waitFor();
    await page.getByLabel('Address').press('Enter');
    await page.getByText('leaf-77 is added.').waitFor();
    await page.getByRole('link', { name: 'leaf-77' }).waitFor();

    await page.getByRole('button', { name: 'Remove leaf-77' }).press('Enter');
    await page.getByRole('link', { name: 'leaf-77' }).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Undo' }).press('Enter');
    await page.getByRole('link', { name: 'leaf-77' }).waitFor();
    expect(browser.complaints).toEqual([]);
  });

  it('opens a port from its device, by mouse and by keyboard, and finds it again by its address', async () => {
    await open(device);
    const first = page.getByRole('link', { name: 'ethernet-1/1' });
    await page.getByText('b/s').nth(3).waitFor();
    await first.focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'ethernet-1/2' }).waitFor();
    expect(new URL(page.url()).pathname).toBe(`/console/${device}/ports/ethernet-1%2F2`);
    await page.goBack();
    await page.getByLabel('Filter interfaces').fill('1/2');
    await first.waitFor({ state: 'detached' });
    await page.getByRole('cell', { name: 'up' }).click();
    await page.getByRole('heading', { name: 'ethernet-1/2' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'ethernet-1/2' }).waitFor();
    await page.getByRole('link', { name: 'leaf-01' }).click();
    await page.getByRole('button', { name: 'System and components' }).click();
    await page.getByText('CPU all').waitFor();
  });

  it('keeps a message while somebody points at it, and lets it go afterwards', async () => {
    await using stack = new AsyncDisposableStack();
    const tab = stack.adopt(await page.context().newPage(), (opened) => opened.close());
    await tab.clock.install();
    await tab.goto(`${harness.origin}/console/devices`);
    await tab.getByRole('button', { name: 'Remove leaf-03' }).click();
    const toast = tab.locator('.toast');
    await toast.filter({ hasText: 'leaf-03 is removed' }).hover();
    await tab.clock.runFor(60_000);
    expect(await toast.innerText()).toContain('leaf-03 is removed');
    await toast.getByRole('button', { name: 'Undo' }).click();
    await toast.filter({ hasText: 'leaf-03 is back' }).waitFor();
    await tab.mouse.move(0, 0);
    await tab.clock.runFor(10_000);
    await toast.waitFor({ state: 'detached' });
  });

  it('finds its way by the palette', async () => {
    await open('cluster');
    await page.getByText('samples/s').first().waitFor();
    await page.keyboard.press('Control+k');
    await page.keyboard.type('spine-02');
    await page.getByRole('option', { name: /spine-02/ }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'spine-02' }).waitFor();
    await page.goBack();
    await page.getByRole('heading', { name: /Cluster/ }).waitFor();
    expect(page.url()).toBe(`${harness.origin}/console/cluster`);
  });

  it('offers a viewer nothing that only operators may do', async () => {
    await page.goto(harness.viewerLoginUrl);
    await page.getByRole('heading', { name: 'Fabric FRA-1' }).waitFor();
    await page.context().clearCookies();
    await page.goto('about:blank');
    await page.goto(harness.viewerLoginUrl);
    await page.getByRole('heading', { name: 'Fabric FRA-1' }).waitFor();
    await open('devices');
    await page.getByRole('link', { name: 'leaf-01' }).waitFor();
    expect(await page.getByRole('button', { name: /Add device|Remove|Edit/ }).count()).toBe(0);
  });
});
