import { expect, test } from 'vitest';
import { copyFromStdin } from '../../../../service/store/writing/copy-in.ts';
import { testDatabase } from '../../../support/database.ts';

const line = Buffer.from(`${'1'.repeat(7)}\n`);
/** More than any buffer between here and the server holds. */
const piece = Buffer.concat(Array.from({ length: 40_000 }, () => line));

function* pieces(count: number, sent: { pieces: number }) {
  for (; sent.pieces < count; sent.pieces += 1) yield piece;
}

test('pieces arrive whole and in order, and each is asked for only when there is room', async () => {
  await using db = await testDatabase();
  await db.pool.query('create table line (at serial, text text)');
  using client = await db.connect();
  const sent = { pieces: 0 };
  const copying = copyFromStdin(client)('copy line (text) from stdin', pieces(20, sent));
  expect(sent.pieces).toBeLessThan(20);
  await copying;
  const { rows } = await client.query('select count(*) as lines, count(distinct text) from line');
  expect(rows).toEqual([{ lines: 800_000, count: 1 }]);
});

test('what the server refuses midway ends it with the sentence of the server, and the connection goes on', async () => {
  await using db = await testDatabase();
  await db.pool.query('create table line (at serial, text varchar(6))');
  using client = await db.connect();
  const sent = { pieces: 0 };
  const copying = copyFromStdin(client)('copy line (text) from stdin', pieces(2_000, sent));
  await expect(copying).rejects.toMatchObject({ code: '22001' });
  expect(sent.pieces).toBeLessThan(2_000);
  const { rows } = await client.query('select count(*) as lines from line');
  expect(rows).toEqual([{ lines: 0 }]);
});

test('a connection that breaks midway ends it', async () => {
  await using db = await testDatabase();
  await db.pool.query('create table line (at serial, text text)');
  const client = await db.pool.connect();
  client.on('error', () => {});
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  function* cutAfterTwo() {
    yield piece;
    yield piece;
    void db.pool.query('select pg_terminate_backend($1)', [rows[0]!.pid]);
    for (;;) yield piece;
  }
  await expect(copyFromStdin(client)('copy line (text) from stdin', cutAfterTwo())).rejects.toThrow(
    /terminat|ECONNRESET|EPIPE/i,
  );
  client.release(true);
});

test.each([0, 1, 5])(
  'pieces that fail after %d end it, and the connection goes on',
  async (good) => {
    await using db = await testDatabase();
    await db.pool.query('create table line (at serial, text text)');
    using client = await db.connect();
    function* failing() {
      for (let sent = 0; sent < good; sent += 1) yield piece;
      throw new RangeError('no memory for the next piece');
    }
    const copying = copyFromStdin(client)('copy line (text) from stdin', failing());
    await expect(copying).rejects.toThrow('no memory for the next piece');
    const { rows } = await client.query('select count(*) as lines from line');
    expect(rows).toEqual([{ lines: 0 }]);
  },
);
