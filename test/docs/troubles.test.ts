/** The page on running it says of each kind of trouble with data what it is and where it is counted. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { NodeMetrics } from '../../collector-daemon/metrics.ts';
import { dataTroubleKinds, troubleNatures } from '../../core/telemetry/data-trouble.ts';

const page = await readFile(path.join(import.meta.dirname, '../../docs/operations.md'), 'utf8');
const [, section = ''] = page.split('\n## What is not stored, and where that is told\n');
const rows = section
  .split('\n## ')[0]!
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => line.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, '')));

test('each kind has its line, and no other', () => {
  expect(rows.map(([kind]) => kind!).toSorted()).toEqual(
    dataTroubleKinds.map((kind) => `\`${kind}\``).toSorted(),
  );
});

test('those that leave a hole of their path say so', () => {
  for (const [kind, , , gap] of rows) {
    const name = kind!.slice(1, -1) as (typeof dataTroubleKinds)[number];
    expect([name, gap!.startsWith('of its path')]).toEqual([name, troubleNatures[name].leavesGap]);
  }
});

test('each reason that samples are dropped for is one of them', async () => {
  const text = await new NodeMetrics().registry.metrics();
  const reasons = text.matchAll(/^nocturne_samples_dropped_total\{reason="([\w-]+)"\} 0$/gm);
  const names = Array.from(reasons, ([, reason]) => reason!);
  expect(names.length).toBeGreaterThan(4);
  const counted = rows.map(([, , where]) => where).join('\n');
  expect(names.filter((reason) => !counted.includes(`{reason="${reason}"}`))).toEqual([]);
});
