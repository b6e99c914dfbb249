import { expect, test } from 'vitest';
import { createListener } from '../../../../service/store/connection/listener.ts';
import { bytesKept } from '../../../support/heap.ts';
import { testDatabase } from '../../../support/database.ts';

test('announcements are heard, and a lost connection is told and replaced', async () => {
  await using db = await testDatabase();
  await using listener = createListener(db.url, { retryMs: 5 });
  await listener.ready;
  const heard: (string | null)[] = [];
  let next = Promise.withResolvers<void>();
  listener.on('nocturne_command', (payload) => {
    heard.push(payload);
    next.resolve();
  });
  await db.pool.query(`select pg_notify('nocturne_command', 'one')`);
  await next.promise;
  next = Promise.withResolvers();
  await db.pool.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = $1 and application_name = 'nocturne listen'`,
    [db.name],
  );
  await next.promise;
  next = Promise.withResolvers();
  await db.pool.query(`select pg_notify('nocturne_command', 'two')`);
  await next.promise;
  expect(heard).toEqual(['one', null, 'two']);
});

test('changes of the inventory are announced once a statement', async () => {
  await using db = await testDatabase();
  await using listener = createListener(db.url);
  await listener.ready;
  const heard = Promise.withResolvers<string | null>();
  listener.on('nocturne_inventory', heard.resolve);
  await db.pool.query(
    `insert into device (id, name) values (gen_random_uuid(), 'a'), (gen_random_uuid(), 'b')`,
  );
  expect(await heard.promise).toBe('');
});

test('tries to connect keep no memory while the database is away', async () => {
  let tried = Promise.withResolvers<void>();
  const nowhere = 'postgres://nobody@127.0.0.1:1/nothing';
  await using _listener = createListener(nowhere, { retryMs: 0, onLost: () => tried.resolve() });
  const kept = await bytesKept(2_000, async () => {
    tried = Promise.withResolvers();
    await tried.promise;
  });
  expect(kept).toBeLessThan(150);
});
