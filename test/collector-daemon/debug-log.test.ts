import { expect, test } from 'vitest';
import { startDaemon } from '../support/daemon.ts';
import { testDatabase } from '../support/database.ts';

test('LOG_LEVEL=debug tells of jobs and requests, by route and without what they carry', async () => {
  await using db = await testDatabase();
  await using daemon = await startDaemon(db.url, 'node-a', { LOG_LEVEL: 'debug' });
  const { port } = new URL(/http:\/\/[^\s"]+/.exec(await daemon.line('runs as both'))![0]);
  await daemon.line('job inventory: done in');
  await fetch(`http://127.0.0.1:${port}/health?token=only-here`);
  expect(await daemon.line('GET /health: 200 in')).toContain('"level":"debug"');
  expect(daemon.lines.join('\n')).not.toContain('only-here');
});
