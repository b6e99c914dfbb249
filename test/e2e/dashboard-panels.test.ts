/** Panels that ask for more than values, and the dialog that sets them, in a real browser under the strict policy. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Locator, Page } from 'playwright-core';
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
  process.stderr.write(`SKIPPED test/e2e/dashboard-panels: no Chromium at ${chromiumPath}\n`);
}

const compared = 'dashboards/01900002-0000-7000-8000-000000000002';

describe.skipIf(!hasChromium)('panels of a dashboard', { timeout: 60_000 }, () => {
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
  beforeEach(async () => {
    tellPageOnFailure(browser);
    browser.complaints.length = 0;
    await page.goto(`${harness.origin}/console/${compared}?range=1h`);
    await panel('Traffic in by device').locator('.legend').waitFor();
  });
  afterAll(async () => {
    await browser?.[Symbol.asyncDispose]();
    await harness?.[Symbol.asyncDispose]();
  });

  const panel = (title: string): Locator => page.getByRole('region', { name: title, exact: true });
  const edit = async (title: string) => {
    await page.getByRole('button', { name: `Edit ${title}` }).press('Enter');
    const dialog = page.getByRole('dialog', { name: `Edit ${title}` });
    await dialog.waitFor();
    return dialog;
  };

  it('name groups with their members, the rest, and what was earlier', async () => {
    const groups = await panel('Traffic in by device').locator('.legend-label').allInnerTexts();
    expect(groups).toHaveLength(3);
    expect(groups).toContain('other (8)');
    expect(groups.filter((label) => /^(spine|leaf)-0\d \(2\)$/.test(label))).toHaveLength(2);
    const sites = await panel('Traffic out by site').locator('.legend-label').allInnerTexts();
    expect(sites.toSorted()).toEqual([
      'fra-1 (6)',
      'fra-1 (6), 1 d earlier',
      'fra-2 (6)',
      'fra-2 (6), 1 d earlier',
    ]);
    expect(await panel('Traffic out by site').locator('.swatch[data-dashed]').count()).toBe(2);
    expect(await panel('Total in').innerText()).toMatch(/\+25 % · [\d.]+ Gb\/s 1 d earlier/);
    const ranking = panel('Traffic by device').locator('tbody tr');
    expect(await ranking.last().innerText()).toMatch(/^other\s+6 series/);
    expect(browser.complaints).toEqual([]);
  });

  it('say what their numbers are, and where they come from', async () => {
    expect(await panel('CPU of spine-02').locator('.panel-subtitle').innerText()).toBe('p95, %');
    const buckets = panel('Errors per bucket');
    expect(await buckets.locator('.panel-subtitle').innerText()).toMatch(
      /^increase, errors per [\d.]+ s, 4 of 12 series$/,
    );
    const notes = buckets.getByRole('button', { name: 'About these numbers' });
    await notes.focus();
    await buckets.getByText('Times without data are drawn as 0.').waitFor();
    await page.getByRole('button', { name: '3h' }).click();
    await panel('CPU of spine-02').getByRole('button', { name: 'About these numbers' }).focus();
    await page
      .getByText('Read from summaries of 1 minute. Percentiles here are of 1-minute means.')
      .waitFor();
  });

  it('claim to be live only where they are streamed', async () => {
    expect(await panel('Errors of spine-01').locator('.live-dot').count()).toBe(1);
    const polled = panel('Traffic in by device');
    expect(await polled.locator('.live-dot').count()).toBe(0);
    expect(await polled.locator('.poll-mark').innerText()).toContain('every 10 s');
    harness.cut();
    await polled.locator('.age-badge').waitFor();
    expect(await polled.locator('.poll-mark').count()).toBe(0);
    harness.restore();
    await polled.locator('.poll-mark').waitFor({ timeout: 25_000 });
  });

  it('say that there were no errors instead of drawing lines at zero', async () => {
    const quiet = panel('Errors of spine-01');
    await quiet.getByText('No errors in this range').waitFor();
    expect(await quiet.locator('canvas').count()).toBe(0);
  });

  it('say why a line is broken, by keyboard and aloud', async () => {
    const cpu = panel('CPU of spine-02');
    const gap = cpu.getByRole('button', {
      name: /^No data from spine-02, .* the connection was lost\.$/,
    });
    await gap.first().focus();
    const tooltip = cpu.locator('.chart-tooltip');
    await tooltip.getByText('spine-02: no data, the connection was lost').waitFor();
    await gap.first().blur();
    await tooltip.waitFor({ state: 'detached' });
    await gap.nth(1).hover();
    await tooltip.getByText('the connection was lost').waitFor();
    expect(await cpu.locator('.visually-hidden p').innerText()).toMatch(
      /No data from spine-02, .*: the connection was lost\./,
    );
  });

  it('are set by keyboard alone, seen before they are saved, and set back', async () => {
    const version = async () =>
      Number(/\d+/.exec(await page.locator('.dashboard-version').innerText()));
    const before = await version();
    const dialog = await edit('CPU of spine-02');
    expect(await seriousFindings(page)).toEqual([]);
    await dialog.getByLabel('Percentile', { exact: true }).fill('150');
    await page.keyboard.press('Enter');
    await dialog.getByText('The percentile is a number from 0 to 100').waitFor();
    await expect
      .poll(() =>
        dialog
          .getByLabel('Percentile', { exact: true })
          .evaluate((field) => field === document.activeElement),
      )
      .toBe(true);
    await page.keyboard.press('Control+a');
    await page.keyboard.type('99');
    await dialog.getByLabel('Group by').selectOption('site');
    await dialog.getByLabel('Compare with earlier').fill('7d');
    await dialog.locator('.panel-subtitle', { hasText: 'p99, %, sum by site' }).waitFor();
    expect(await version()).toBe(before);
    await page.keyboard.press('Enter');
    await page.getByText(`CPU of spine-02 is saved, in version ${before + 1}.`).waitFor();
    await panel('CPU of spine-02').getByText('7 d earlier').first().waitFor();
    expect(await version()).toBe(before + 1);
    await page.getByRole('button', { name: 'Undo' }).press('Enter');
    await page.getByText(`CPU of spine-02 is as before, in version ${before + 2}.`).waitFor();
    await panel('CPU of spine-02')
      .locator('.panel-subtitle', { hasText: /^p95, %$/ })
      .waitFor();
    expect(browser.complaints).toEqual([]);
  });

  it('say of how long a total is that stands alone', async () => {
    const dialog = await edit('Total in');
    await dialog.getByLabel('Function').selectOption('increase');
    const subtitle = dialog.locator('.panel-subtitle', { hasText: 'per' });
    expect(await subtitle.innerText()).toMatch(/^increase, per [\d.]+ (s|min), sum$/);
    await dialog.getByRole('button', { name: 'Cancel' }).click();
  });

  it('are not overwritten when somebody else saved meanwhile', async () => {
    await using stack = new AsyncDisposableStack();
    const other = stack.adopt(await page.context().newPage(), (opened) => opened.close());
    const dialog = await edit('Total in');
    await dialog.getByLabel('Title').fill('Mine');
    await other.goto(page.url());
    await other.getByRole('button', { name: 'Edit Errors of spine-01' }).press('Enter');
    await other.getByLabel('Title').fill('Theirs');
    await other.keyboard.press('Enter');
    await other.getByText('Theirs is saved').waitFor();
    await page.getByRole('button', { name: 'Save panel' }).click();
    await dialog.getByText('saved by somebody else meanwhile').waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await panel('Theirs').waitFor();
    expect(await panel('Total in').isVisible()).toBe(true);
  });

  it('offer a viewer no way to change them', async () => {
    expect(await page.getByRole('button', { name: /^Edit / }).count()).toBeGreaterThan(0);
    await page.context().clearCookies();
    await page.goto(harness.viewerLoginUrl);
    await page.getByRole('heading', { name: 'Traffic in by device' }).waitFor();
    await page.goto(`${harness.origin}/console/${compared}`);
    await panel('Traffic in by device').locator('.legend').waitFor();
    expect(await page.getByRole('button', { name: /^Edit / }).count()).toBe(0);
  });
});
