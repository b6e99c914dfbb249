import path from 'node:path';
import { expect, test } from 'vitest';
import { startDaemon } from '../support/daemon.ts';
import { testDatabase, type TestDatabase } from '../support/database.ts';

const skew = path.join(import.meta.dirname, '../support/skewed-clock.mjs');

async function incarnation(db: TestDatabase): Promise<number> {
  const { rows } = await db.pool.query<{ incarnation: number }>('select incarnation from node');
  return rows[0]!.incarnation;
}

test('a second node of the same name ends with a sentence, and the first goes on', async () => {
  await using db = await testDatabase();
  await using first = await startDaemon(db.url, 'node-a');
  await first.line('runs as both');
  const before = await incarnation(db);
  await using second = await startDaemon(db.url, 'node-a', { NODE_ROLE: 'web' });
  const sentence = await second.line('another node is called \\"node-a\\" on');
  expect(sentence).toContain(`process ${first.pid}`);
  await second.line('give this one a name of its own with NOCTURNE_NODE_NAME');
  expect(await second.ended()).toBe(1);
  expect(await incarnation(db)).toBe(before);
  expect(await first.stop()).toBe(0);
});

test('a node whose name was taken while it was not heard of ends', async () => {
  await using db = await testDatabase();
  await using daemon = await startDaemon(db.url, 'node-a');
  await daemon.line('runs as both');
  await db.pool.query('update node set incarnation = incarnation + 1');
  await daemon.line('another node has taken the name "node-a"');
  expect(await daemon.ended()).toBe(1);
});

test('a killed collector whose clock is set back starts with a higher incarnation', async () => {
  await using db = await testDatabase();
  const ahead = { NODE_OPTIONS: `--import=${skew}`, SKEW_MS: '86400000' };
  await using daemon = await startDaemon(db.url, 'node-a', ahead);
  await daemon.line('runs as both');
  const before = await incarnation(db);
  await daemon.kill();
  await using again = await startDaemon(db.url, 'node-a');
  await again.line('runs as both');
  expect(await incarnation(db)).toBeGreaterThan(before);
});
