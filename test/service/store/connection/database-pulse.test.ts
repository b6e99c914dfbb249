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

test('one whose pool is busy answers all the same, over one connection that is kept', async () => {
  await using db = await testDatabase();
  const busy = await Promise.all(Array.from({ length: 4 }, () => db.connect()));
  expect(await isAnswering(db.pool)).toBe(true);
  const pulse = () =>
    busy[0]!.query<{ pid: number }>(
      `select pid from pg_stat_activity where query = 'select 1' and datname = current_database()`,
    );
  const { rows } = await pulse();
  expect(rows).toHaveLength(1);
  expect(await Promise.all([isAnswering(db.pool), isAnswering(db.pool)])).toEqual([true, true]);
  expect((await pulse()).rows).toEqual(rows);
  for (const client of busy) client[Symbol.dispose]();
});

test('a connection that broke is made anew', async () => {
  await using db = await testDatabase();
  const lost = Promise.withResolvers<Error>();
  await using pool = createPool(db.url, {
    applicationName: 'pulse',
    onConnectionLost: lost.resolve,
  });
  expect(await isAnswering(pool)).toBe(true);
  const ended = await db.pool.query<{ ended: boolean }>(
    `select pg_terminate_backend(pid) as ended from pg_stat_activity where application_name = 'pulse'`,
  );
  expect(ended.rows).toEqual([{ ended: true }]);
  await lost.promise;
  expect(await isAnswering(pool)).toBe(true);
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
