import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { configurationPage } from '../../collector-daemon/cli/config-command.ts';

test('the page on configuration lists what the program reads', async () => {
  const page = path.join(import.meta.dirname, '../../docs/configuration.md');
  expect((await readFile(page, 'utf8')).trim()).toBe(configurationPage().trim());
});
