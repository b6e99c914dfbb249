import { expect, test } from 'vitest';
import {
  clearOldGaps,
  closeGaps,
  insertGaps,
  listGaps,
} from '../../../../service/store/operating/gap.ts';
import { clearOld } from '../../../../service/store/storage/retention.ts';
import { testDatabase } from '../../../support/database.ts';
import { addOwner } from '../../../support/telemetry-rows.ts';

test('a gap is found in every range it touches, while open in all later ones', async () => {
  await using db = await testDatabase();
  const owner = await addOwner(db.pool, 'leaf-01');
  const { deviceId } = owner;
  const gap = {
    ...owner,
    path: null,
    toMs: null,
    reason: 'connection-lost',
    lost: null,
    node: 'a',
  };
  await insertGaps(db.pool, [{ ...gap, fromMs: 1_000 }]);
  const within = (fromMs: number, toMs: number) =>
    listGaps(db.pool, { deviceIds: [deviceId], fromMs, toMs });
  expect(await within(0, 1_000)).toEqual([]);
  expect(await within(9_000, 10_000)).toEqual([{ ...gap, fromMs: 1_000 }]);
  await closeGaps(db.pool, [{ ...owner, toMs: 2_000 }]);
  expect(await within(2_001, 3_000)).toEqual([]);
  expect(await within(1_500, 3_000)).toMatchObject([{ fromMs: 1_000, toMs: 2_000 }]);
});

test('clearing old rows leaves what is still needed', async () => {
  await using db = await testDatabase();
  await db.pool.query(
    `insert into ingest_batch (node, incarnation, worker, sequence, rows, stored_at)
     values ('a', 1, 0, 1, 5, now() - interval '8 d'), ('a', 1, 0, 2, 5, now() - interval '6 d')`,
  );
  expect(await clearOld(db.pool)).toMatchObject({ ledgerRows: 1, quarantined: 0 });
  const { rows } = await db.pool.query('select sequence from ingest_batch');
  expect(rows).toEqual([{ sequence: 2 }]);
});

const hourMs = 3_600_000;

test('holes that ended before the cut are cleared, piece by piece; open and later ones stay', async () => {
  await using db = await testDatabase();
  const owner = await addOwner(db.pool, 'leaf-01');
  const gap = { ...owner, path: null, reason: 'connection-lost', lost: null, node: 'a' };
  const past = Array.from({ length: 25 }, (_, at) => ({ ...gap, fromMs: at, toMs: 1_000 + at }));
  const open = { ...gap, fromMs: 5, toMs: null };
  await insertGaps(db.pool, [...past, open, { ...gap, fromMs: 6, toMs: hourMs }]);
  expect(await clearOldGaps(db.pool, hourMs, { atOnce: 10 })).toBe(25);
  expect(await clearOldGaps(db.pool, hourMs, { atOnce: 10 })).toBe(0);
  const { deviceId } = owner;
  const left = await listGaps(db.pool, { deviceIds: [deviceId], fromMs: 0, toMs: 2 * hourMs });
  expect(left).toMatchObject([{ toMs: null }, { toMs: hourMs }]);
  const aborted = AbortSignal.abort();
  expect(await clearOldGaps(db.pool, 2 * hourMs, { signal: aborted })).toBe(0);
});

test('of a device with a long past only what touches the range is looked at', async () => {
  await using db = await testDatabase();
  const { deviceId, endpointId } = await addOwner(db.pool, 'leaf-01');
  const most = 100_000;
  await db.pool.query(
    `insert into gap (id, device_id, endpoint_id, from_time, to_time, reason)
     select gen_random_uuid(), $1, $2, 'epoch'::timestamptz + minute * interval '1 min',
       'epoch'::timestamptz + minute * interval '1 min' + interval '9 s', 'connection-lost'
     from generate_series(1, $3) as minute`,
    [deviceId, endpointId, most],
  );
  await db.pool.query('analyze gap');
  using client = await db.connect();
  await client.query('begin');
  const fetched = async () => {
    const { rows } = await client.query<{ read: number }>(
      `select (coalesce(idx_tup_fetch, 0) + seq_tup_read)::int as read
       from pg_stat_xact_user_tables where relname = 'gap'`,
    );
    return rows[0]!.read;
  };
  const endMs = most * 60_000;
  await listGaps(client, { deviceIds: [deviceId], fromMs: endMs - hourMs, toMs: endMs + hourMs });
  await closeGaps(client, [{ deviceId, endpointId, toMs: endMs }]);
  expect(await fetched()).toBeLessThan(200);
  await client.query('rollback');
});
