import { describe, expect, test } from 'vitest';
import { cancellable } from '../../../../service/store/connection/cancellable.ts';
import type { DatabasePool } from '../../../../service/store/connection/pool.ts';
import { testDatabase, type TestDatabase } from '../../../support/database.ts';

/** Resolves once the database reports `count` backends running pg_sleep in the test's database. */
async function sleeping(db: TestDatabase, watch: DatabasePool, count: number): Promise<void> {
  const asked = `select count(*)::int as n from pg_stat_activity
    where datname = $1 and state = 'active' and query like '%pg_sleep(%' and pid <> pg_backend_pid()`;
  for (;;) {
    const { rows } = await watch.query<{ n: number }>(asked, [db.name]);
    if (rows[0]?.n === count) return;
  }
}

describe('a cancellable query', () => {
  test('ends in the database when the caller gives up', async () => {
    await using db = await testDatabase();
    const abort = new AbortController();
    const options = { signal: abort.signal, timeoutMs: 60_000 };
    const running = cancellable(db.pool, options, (client) => client.query('select pg_sleep(60)'));
    const outcome = running.catch((error: unknown) => error);
    await sleeping(db, db.pool, 1);
    abort.abort('the panel was closed');
    expect(await outcome).toBe('the panel was closed');
    await sleeping(db, db.pool, 0);
    // The connection is fit for the next user.
    const [next] = (await db.pool.query('select 42 as answer')).rows;
    expect(next).toEqual({ answer: 42 });
  });

  test('ends when its time is over, with a sentence', async () => {
    await using db = await testDatabase();
    const options = { signal: new AbortController().signal, timeoutMs: 20 };
    await expect(
      cancellable(db.pool, options, (client) => client.query('select pg_sleep(60)')),
    ).rejects.toMatchObject({
      code: 'QUERY_TIMEOUT',
      message: 'the query took longer than 0.02 s: choose a shorter time range or fewer series',
    });
  });

  test('does not even start for a caller who is gone', async () => {
    await using db = await testDatabase();
    const options = { signal: AbortSignal.abort('gone'), timeoutMs: 1_000 };
    await expect(
      cancellable(db.pool, options, () => Promise.reject(new Error('ran'))),
    ).rejects.toBe('gone');
  });

  test('cannot write', async () => {
    await using db = await testDatabase();
    const options = { signal: new AbortController().signal, timeoutMs: 1_000 };
    await expect(
      cancellable(db.pool, options, (client) => client.query('delete from device')),
    ).rejects.toThrow(/read-only transaction/);
  });
});
