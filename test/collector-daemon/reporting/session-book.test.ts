import { describe, expect, test } from 'vitest';
import { SessionBook } from '../../../collector-daemon/reporting/session-book.ts';
import type { PooledStatus } from '../../../collector-daemon/session/session-pool.ts';
import type { NodeName } from '../../../core/id.ts';
import type { SessionOwner } from '../../../core/inventory/collection-target.ts';
import { listGaps } from '../../../service/store/operating/gap.ts';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { ManualTime } from '../../support/manual-time.ts';
import { addEndpointRow, addOwner } from '../../support/telemetry-rows.ts';

function streaming(owner: SessionOwner, rest: Partial<PooledStatus> = {}): PooledStatus {
  return {
    ...owner,
    state: 'streaming',
    sinceMs: 1_000,
    node: 'col-a',
    synced: true,
    lastError: null,
    lastErrorAtMs: null,
    connects: 1,
    breaks: [],
    updatesTotal: 2,
    updatesPerSecond: 1,
    lastUpdateAtMs: 2_000,
    lagMs: 5,
    target: { protocol: 'gnmi', gnmiVersion: '0.10.0', encodings: ['PROTO'], models: 1 },
    detail: { reported: undefined, refusedPaths: [] },
    ...rest,
  };
}

async function rowsOf(db: TestDatabase) {
  const { rows } = await db.pool.query<{ state: string; error: string | null; node: string }>(
    'select state, last_error as error, node from endpoint_session order by endpoint_id',
  );
  return rows;
}

async function openBook(db: TestDatabase) {
  const clock = new ManualTime();
  const book = await SessionBook.open({ node: 'col-a' as NodeName, pool: db.pool, clock });
  return { book, clock };
}

describe('a device that is collected no more', () => {
  test('stays stopped, however long its worker still names it', async () => {
    await using db = await testDatabase();
    const owner = await addOwner(db.pool, 'leaf-01');
    const { book } = await openBook(db);
    book.hold({ collected: [owner], refused: [] });
    await book.write([streaming(owner)]);
    expect(await rowsOf(db)).toMatchObject([{ state: 'streaming' }]);
    book.hold({ collected: [], refused: [] });
    for (const _ of [1, 2]) {
      expect(book.hasNews([streaming(owner)])).toBe(false);
      await book.write([streaming(owner)]);
      expect(await rowsOf(db)).toMatchObject([{ state: 'stopped' }]);
    }
    book.hold({ collected: [owner], refused: [] });
    await book.write([streaming(owner)]);
    expect(await rowsOf(db)).toMatchObject([{ state: 'streaming' }]);
  });

  test('that comes back to another worker is as that one says', async () => {
    await using db = await testDatabase();
    const owner = await addOwner(db.pool, 'leaf-01');
    const { book } = await openBook(db);
    book.hold({ collected: [owner], refused: [] });
    const anew = streaming(owner, { state: 'connecting', sinceMs: 9_000 });
    await book.write([anew, streaming(owner)]);
    expect(await rowsOf(db)).toMatchObject([{ state: 'connecting' }]);
  });

  test('has its last word with the collector, if there was no time before', async () => {
    await using db = await testDatabase();
    const owner = await addOwner(db.pool, 'leaf-01');
    const { book } = await openBook(db);
    book.hold({ collected: [owner], refused: [] });
    await book.write([streaming(owner)]);
    book.hold({ collected: [], refused: [] });
    await book.close([]);
    expect(await rowsOf(db)).toMatchObject([{ state: 'stopped' }]);
  });
});

describe('a device that cannot be collected', () => {
  test('is refused with the reason, until it can be', async () => {
    await using db = await testDatabase();
    const owner = await addOwner(db.pool, 'leaf-01');
    const { book, clock } = await openBook(db);
    book.hold({ collected: [owner], refused: [] });
    await book.write([streaming(owner)]);
    clock.advance(1_000);
    const sinceMs = clock.nowMs();
    const refused = [{ ...owner, deviceName: 'leaf-01', problem: 'its credential does not open' }];
    book.hold({ collected: [], refused });
    // Its worker has not heard of it yet.
    expect(book.hasNews([streaming(owner)])).toBe(true);
    await book.write([streaming(owner)]);
    const [row] = await rowsOf(db);
    expect(row).toEqual({ state: 'refused', error: 'its credential does not open', node: 'col-a' });
    const gaps = await listGaps(db.pool, {
      deviceIds: [owner.deviceId],
      fromMs: 0,
      toMs: sinceMs + 1,
    });
    expect(gaps).toMatchObject([{ fromMs: sinceMs, toMs: null }]);

    clock.advance(1_000);
    book.hold({ collected: [], refused });
    await book.write([]);
    const { rows } = await db.pool.query('select since from endpoint_session');
    expect(rows).toEqual([{ since: sinceMs }]);

    book.hold({ collected: [owner], refused: [] });
    await book.write([streaming(owner)]);
    expect(await rowsOf(db)).toMatchObject([{ state: 'streaming', error: null }]);
  });

  test('is stopped when it is not wanted any more, or the collector ends', async () => {
    await using db = await testDatabase();
    const owner = await addOwner(db.pool, 'leaf-01');
    const refused = [{ ...owner, deviceName: 'leaf-01', problem: 'no key' }];
    const { book } = await openBook(db);
    book.hold({ collected: [], refused });
    await book.write([]);
    book.hold({ collected: [], refused: [] });
    await book.write([]);
    expect(await rowsOf(db)).toMatchObject([{ state: 'stopped', error: null }]);
    book.hold({ collected: [], refused });
    await book.write([]);
    expect(await rowsOf(db)).toMatchObject([{ state: 'refused' }]);
    await book.close([]);
    expect(await rowsOf(db)).toMatchObject([{ state: 'stopped', error: 'no key' }]);
  });
});

test('a device of two endpoints has two sessions, and each ends its own holes', async () => {
  await using db = await testDatabase();
  const one = await addOwner(db.pool, 'leaf-01');
  const other = { ...one, endpointId: await addEndpointRow(db.pool, one.deviceId, 1) };
  const { book } = await openBook(db);
  book.hold({ collected: [one, other], refused: [] });
  const at = (sinceMs: number) => ({ state: 'backing-off', sinceMs }) as const;
  await book.write([streaming(one), streaming(other)]);
  await book.write([streaming(one, at(3_000)), streaming(other, at(4_000))]);
  await book.write([streaming(one, at(3_000)), streaming(other, { sinceMs: 5_000 })]);
  expect(await rowsOf(db)).toMatchObject([{ state: 'backing-off' }, { state: 'streaming' }]);
  const gaps = await listGaps(db.pool, { deviceIds: [one.deviceId], fromMs: 0, toMs: 9_000 });
  expect(gaps.map(({ endpointId, toMs }) => [endpointId, toMs])).toEqual(
    expect.arrayContaining([
      [one.endpointId, null],
      [other.endpointId, 5_000],
    ]),
  );
  book.hold({ collected: [other], refused: [] });
  await book.write([streaming(other, { sinceMs: 5_000 })]);
  expect(await rowsOf(db)).toMatchObject([{ state: 'stopped' }, { state: 'streaming' }]);
});
