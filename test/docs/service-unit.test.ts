import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const run = promisify(execFile);
const unit = path.join(import.meta.dirname, '../../resources/nocturne.service');

/** In tenths; a score above it ends with another status. */
const mostExposed = 20;

const analyses = await run('systemd-analyze', ['security', '--help']).then(
  ({ stdout }) => stdout.includes('--threshold'),
  () => false,
);
if (!analyses)
  console.warn('SKIPPED: the exposure of the unit (there is no systemd-analyze of 250 or newer)');

test.skipIf(!analyses)('the unit exposes no more of the machine than it has to', async () => {
  const words = ['security', '--no-pager', '--offline=true', `--threshold=${mostExposed}`, unit];
  const { stdout } = await run('systemd-analyze', words);
  expect(stdout).toMatch(/Overall exposure level for nocturne\.service: [01]\.\d/);
});
