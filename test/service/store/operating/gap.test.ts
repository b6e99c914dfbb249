import { expect, test } from 'vitest';
import { closeGaps, insertGaps, listGaps } from '../../../../service/store/operating/gap.ts';
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
