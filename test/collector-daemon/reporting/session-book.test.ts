import { describe, expect, test } from 'vitest';
import { SessionBook } from '../../../collector-daemon/reporting/session-book.ts';
import type { PooledStatus } from '../../../collector-daemon/session/session-pool.ts';
import type { DeviceId, NodeName } from '../../../core/id.ts';
import { listGaps } from '../../../service/store/operating/gap.ts';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { ManualTime } from '../../support/manual-time.ts';
import { addDeviceRow } from '../../support/telemetry-rows.ts';

const nobody = new Map<DeviceId, string>();

function streaming(deviceId: DeviceId, rest: Partial<PooledStatus> = {}): PooledStatus {
  return {
    deviceId,
    state: 'streaming',
    sinceMs: 1_000,
    node: 'col-a',
    synced: true,
    lastError: null,
    lastErrorAtMs: null,
    connects: 1,
    updatesTotal: 2,
    updatesPerSecond: 1,
    lastUpdateAtMs: 2_000,
    lagMs: 5,
    target: { gnmiVersion: '0.10.0', encodings: ['PROTO'], models: 1 },
    detail: { reported: undefined, refusedPaths: [] },
    ...rest,
  };
}

async function rowsOf(db: TestDatabase) {
  const { rows } = await db.pool.query<{ state: string; error: string | null; node: string }>(
    'select state, last_error as error, node from telemetry_session order by device_id',
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
    const deviceId = await addDeviceRow(db.pool, 'leaf-01');
    const { book } = await openBook(db);
    book.hold({ collected: new Set([deviceId]), refused: nobody });
    await book.write([streaming(deviceId)]);
    expect(await rowsOf(db)).toMatchObject([{ state: 'streaming' }]);
    book.hold({ collected: new Set(), refused: nobody });
    for (const _ of [1, 2]) {
      expect(book.hasNews([streaming(deviceId)])).toBe(false);
      await book.write([streaming(deviceId)]);
      expect(await rowsOf(db)).toMatchObject([{ state: 'stopped' }]);
    }
    book.hold({ collected: new Set([deviceId]), refused: nobody });
    await book.write([streaming(deviceId)]);
    expect(await rowsOf(db)).toMatchObject([{ state: 'streaming' }]);
  });

  test('that comes back to another worker is as that one says', async () => {
    await using db = await testDatabase();
    const deviceId = await addDeviceRow(db.pool, 'leaf-01');
    const { book } = await openBook(db);
    book.hold({ collected: new Set([deviceId]), refused: nobody });
    const anew = streaming(deviceId, { state: 'connecting', sinceMs: 9_000 });
    await book.write([anew, streaming(deviceId)]);
    expect(await rowsOf(db)).toMatchObject([{ state: 'connecting' }]);
  });

  test('has its last word with the collector, if there was no time before', async () => {
    await using db = await testDatabase();
    const deviceId = await addDeviceRow(db.pool, 'leaf-01');
    const { book } = await openBook(db);
    book.hold({ collected: new Set([deviceId]), refused: nobody });
    await book.write([streaming(deviceId)]);
    book.hold({ collected: new Set(), refused: nobody });
    await book.close([]);
    expect(await rowsOf(db)).toMatchObject([{ state: 'stopped' }]);
  });
});

describe('a device that cannot be collected', () => {
  test('is refused with the reason, until it can be', async () => {
    await using db = await testDatabase();
    const deviceId = await addDeviceRow(db.pool, 'leaf-01');
    const { book, clock } = await openBook(db);
    book.hold({ collected: new Set([deviceId]), refused: nobody });
    await book.write([streaming(deviceId)]);
    clock.advance(1_000);
    const sinceMs = clock.nowMs();
    const refused = new Map([[deviceId, 'its credential does not open']]);
    book.hold({ collected: new Set(), refused });
    // Its worker has not heard of it yet.
    expect(book.hasNews([streaming(deviceId)])).toBe(true);
    await book.write([streaming(deviceId)]);
    const [row] = await rowsOf(db);
    expect(row).toEqual({ state: 'refused', error: 'its credential does not open', node: 'col-a' });
    const gaps = await listGaps(db.pool, { deviceIds: [deviceId], fromMs: 0, toMs: sinceMs + 1 });
    expect(gaps).toMatchObject([{ fromMs: sinceMs, toMs: null }]);

    clock.advance(1_000);
    book.hold({ collected: new Set(), refused });
    await book.write([]);
    const { rows } = await db.pool.query('select since from telemetry_session');
    expect(rows).toEqual([{ since: sinceMs }]);

    book.hold({ collected: new Set([deviceId]), refused: nobody });
    await book.write([streaming(deviceId)]);
    expect(await rowsOf(db)).toMatchObject([{ state: 'streaming', error: null }]);
  });

  test('is stopped when it is not wanted any more, or the collector ends', async () => {
    await using db = await testDatabase();
    const refused = new Map([[await addDeviceRow(db.pool, 'leaf-01'), 'no key']]);
    const { book } = await openBook(db);
    const none = new Set<DeviceId>();
    book.hold({ collected: none, refused });
    await book.write([]);
    book.hold({ collected: none, refused: nobody });
    await book.write([]);
    expect(await rowsOf(db)).toMatchObject([{ state: 'stopped', error: null }]);
    book.hold({ collected: none, refused });
    await book.write([]);
    expect(await rowsOf(db)).toMatchObject([{ state: 'refused' }]);
    await book.close([]);
    expect(await rowsOf(db)).toMatchObject([{ state: 'stopped', error: 'no key' }]);
  });
});
