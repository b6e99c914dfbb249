import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { isAnswering } from '../../../../service/store/connection/database-pulse.ts';
import { createPool } from '../../../../service/store/connection/pool.ts';
import { testDatabase } from '../../../support/database.ts';

test('a database that answers', async () => {
  await using db = await testDatabase();
  expect(await isAnswering(db.pool)).toBe(true);
  expect(db.pool.idleCount).toBe(db.pool.totalCount);
});

test('one that hangs is told in time, and holds one connection for all who ask', async () => {
  const sockets: Socket[] = [];
  const silent = createServer((socket) => sockets.push(socket.on('error', () => {})));
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  const pool = createPool(`postgres://a:b@127.0.0.1:${port}/x`, { applicationName: 'test' });
  const asked = Array.from({ length: 5 }, () => isAnswering(pool, 200));
  expect(await Promise.all(asked)).toEqual([false, false, false, false, false]);
  expect(sockets).toHaveLength(1);
  for (const socket of sockets) socket.destroy();
  silent.close();
  await pool[Symbol.asyncDispose]();
});
