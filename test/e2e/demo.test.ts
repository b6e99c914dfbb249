/** The main job end to end, as shipped: the demo's process, real targets, a real database, a real browser. */
import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { chromiumPath, hasChromium, openBrowser } from '../support/browser.ts';
import { buildRendererIfOld } from '../support/built-renderer.ts';
import { dataFolder, runNocturne, startDemo } from '../support/demo-process.ts';

if (!hasChromium)
  process.stderr.write(`SKIPPED test/e2e/demo in a browser: no Chromium at ${chromiumPath}\n`);

/** Pids of all processes whose command line mentions the text; Linux only. */
async function processesNaming(text: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
  );
  return pids.filter((_, at) => lines[at]!.includes(text));
}

/** What a chart's canvas shows, as a text to compare. */
function picture(page: Page): Promise<string> {
  return page.evaluate(() => document.querySelector('canvas')?.toDataURL() ?? '');
}

/** Looks at a copy, for a canvas that is read again and again makes the browser complain. */
function isDrawn(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const canvas = document.querySelector('canvas');
    if (canvas === null || canvas.width === 0) return false;
    const copy = new OffscreenCanvas(canvas.width, canvas.height);
    const context = copy.getContext('2d', { willReadFrequently: true });
    context?.drawImage(canvas, 0, 0);
    const pixels = context?.getImageData(0, 0, copy.width, copy.height).data;
    return pixels?.some((value) => value !== 0) ?? false;
  });
}

describe('the demo', { timeout: 180_000 }, () => {
  test.skipIf(!hasChromium)('shows a chart in the browser and moves it', async () => {
    await buildRendererIfOld();
    await using folder = await dataFolder();
    await using demo = await startDemo(folder.path);
    await using browser = await openBrowser();
    const { page, complaints } = browser;
    await page.goto(demo.link);
    await page.getByRole('heading', { name: 'This machine' }).waitFor();
    await expect.poll(() => isDrawn(page), { timeout: 30_000 }).toBe(true);
    const before = await picture(page);
    await expect.poll(() => picture(page), { timeout: 60_000 }).not.toBe(before);
    await page.getByRole('link', { name: 'Network overview' }).click();
    await page.getByText('Simulated: 3 switches').waitFor();
    await page.goto(new URL('/console/devices', demo.link).href);
    await page.getByText('streaming').nth(3).waitFor();

    expect(demo.lines.join('\n')).toContain('one of them this machine');
    expect(complaints).toEqual([]);
  });

  test('takes devices from the command line while it runs, and keeps its data', async () => {
    await using folder = await dataFolder();
    {
      await using demo = await startDemo(folder.path);
      const { env } = demo;
      const listed = await runNocturne(['device', 'list', '--json'], env);
      const devices = JSON.parse(listed.output) as { name: string; endpoint: { port: number } }[];
      const port = String(devices.find(({ name }) => name === 'leaf-01')!.endpoint.port);

      const add = [
        'device',
        'add',
        'again',
        '127.0.0.1',
        '--port',
        port,
        '--tls',
        'plaintext',
        '--test',
      ];
      const added = await runNocturne(add, env);
      expect(added.output).toContain('ok     Capabilities');
      expect(added.output).toContain('added again');
      expect(added.code).toBe(0);
      expect((await runNocturne(add, env)).output).toContain('again');

      const malformed = await runNocturne(
        ['device', 'add', 'bad', 'not an address', '--tls', 'plaintext'],
        env,
      );
      expect(malformed.output).toMatch(/^nocturne: .*not an address.*\n$/);
      expect(malformed.code).toBe(1);

      const removed = await runNocturne(['device', 'remove', 'again'], env);
      expect(removed.output).toContain('removed again');
      const pid = demo.child.pid!;
      expect(await demo.stop()).toBe(0);
      expect(await processesNaming(folder.path)).toEqual([]);
      expect(demo.lines.join('\n')).not.toContain('database-password');
      expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    }
    await using again = await startDemo(folder.path);
    expect(again.lines.join('\n')).toContain('data of the last start');
    const { output } = await runNocturne(['device', 'list'], again.env);
    expect(output).toMatch(/^NAME .* PLATFORM .*\n(.*\n)*leaf-01 .* demo +VesperOS /);
    expect(output).not.toContain('again');
  });

  test('a taken port is one sentence with the way out', async () => {
    await using folder = await dataFolder();
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const env = {
      NOCTURNE_DATA_DIR: folder.path,
      DATABASE_URL: '',
      PORT: String(port),
      NOCTURNE_FEED_PORT: '0',
    };
    const args = ['demo', '--devices', '1', '--simulator-port', '0', '--no-desktop'];
    const { code, output } = await runNocturne(args, env);
    other.close();
    expect(code).toBe(1);
    expect(output).toContain(
      `nocturne: port ${port} on 127.0.0.1 is taken by another program; stop it, or choose another port with PORT=${port + 1}\n`,
    );
    expect(await processesNaming(folder.path)).toEqual([]);
  });

  test('a taken port of the simulated devices is one sentence with the way out', async () => {
    await using folder = await dataFolder();
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const env = { NOCTURNE_DATA_DIR: folder.path, DATABASE_URL: '', PORT: '0' };
    const args = ['demo', '--devices', '1', '--simulator-port', String(port), '--no-desktop'];
    const { code, output } = await runNocturne(args, env);
    other.close();
    expect(code).toBe(1);
    expect(output).toContain(
      `nocturne: the simulated devices need ports from ${port} on (port ${port} on 127.0.0.1 is taken by another program); take others with --simulator-port, 0 for any free ones: npm start -- --simulator-port 0\n`,
    );
    expect(await processesNaming(folder.path)).toEqual([]);
  });

  test('a wrong database address is one sentence and never shows the password', async () => {
    const { code, output } = await runNocturne(['migrate'], {
      DATABASE_URL: 'postgres://nocturne:hush@127.0.0.1:1/nocturne',
    });
    expect(code).toBe(1);
    expect(output).toMatch(
      /^nocturne: cannot reach the database 127\.0\.0\.1:1\/nocturne \(ECONNREFUSED\).*\n$/,
    );
    expect(output).not.toContain('hush');
    const bad = await runNocturne(['migrate'], {
      DATABASE_URL: 'mysql://u:hush@h/d',
      PORT: 'http',
    });
    expect(bad.output.split('\n').filter((line) => line !== '')).toEqual([
      'nocturne: DATABASE_URL is not valid: expected postgres://user:password@host:5432/database.',
      'PORT "http" is not valid: expected a port from 0 to 65535.',
    ]);
  });
});
