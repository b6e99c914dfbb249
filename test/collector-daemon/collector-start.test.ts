import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { startDaemon } from '../support/daemon.ts';
import { testDatabase } from '../support/database.ts';

test('a collector starts while a dump runs, says what has to wait, and makes up for it', async () => {
  await using db = await testDatabase();
  using dump = await db.connect();
  await dump.query('begin');
  await dump.query('lock table sample_default in access share mode');
  await using daemon = await startDaemon(db.url, 'node-a');
  await daemon.line('runs as both');
  await daemon.line('partitions: partitions of sample have to wait: somebody has been reading it');
  await dump.query('commit');
  expect(await daemon.stop()).toBe(0);
  await using again = await startDaemon(db.url, 'node-a');
  await again.line('runs as both');
  const { rows } = await db.pool.query(
    `select count(*)::int from pg_inherits where inhparent = 'sample'::regclass`,
  );
  expect(rows).toEqual([{ count: 1 + 5 }]);
});

test('a collector that migrates waits for a database that comes up after it', async () => {
  await using db = await testDatabase();
  const server = new URL(db.url);
  const way = createServer((socket) => {
    const onward = connect(Number(server.port), server.hostname);
    socket.pipe(onward).pipe(socket);
    for (const one of [socket, onward]) one.on('error', () => {});
  });
  way.listen(0, '127.0.0.1');
  await once(way, 'listening');
  const { port } = way.address() as AddressInfo;
  way.close();
  await once(way, 'close');

  const url = new URL(db.url);
  url.port = String(port);
  await using daemon = await startDaemon(url.href, 'node-a');
  await daemon.line(
    '(ECONNREFUSED): check that it runs and can be reached from here; trying again',
  );
  way.listen(port, '127.0.0.1');
  await daemon.line('runs as both');
  expect(await daemon.stop()).toBe(0);
  way.close();
});
