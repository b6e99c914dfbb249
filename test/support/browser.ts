/** A real Chromium with a profile of its own, and what its pages complained about. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { onTestFailed } from 'vitest';

export const chromiumPath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
export const hasChromium = existsSync(chromiumPath);

const quietArguments = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export interface Browser extends AsyncDisposable {
  readonly page: Page;
  /** Errors and warnings on the console, exceptions, and violations of the content security policy. */
  readonly complaints: string[];
}

export async function openBrowser(): Promise<Browser> {
  const profile = await mkdtemp(join(tmpdir(), 'nocturne-browser-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: chromiumPath,
    headless: true,
    viewport: { width: 1_440, height: 900 },
    args: quietArguments,
  });
  const page = context.pages()[0] ?? (await context.newPage());
  // Generous: shared machines stand still for seconds now and then.
  page.setDefaultTimeout(20_000);
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.addInitScript(() => {
    // Said once more by the browser's console; here with the directive and what it stopped.
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
      console.error(`policy violation: ${violatedDirective} ${blockedURI}`),
    );
  });
  return {
    page,
    complaints,
    async [Symbol.asyncDispose]() {
      await context.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
}

/** For `beforeEach`: a test that fails tells what its page showed and complained about. */
export function tellPageOnFailure({ page, complaints }: Browser): void {
  onTestFailed(async () => {
    const text = await page.innerText('body').catch(String);
    process.stderr.write(`${page.url()} shows:\n${text}\ncomplaints: ${complaints.join('\n')}\n`);
  });
}
