import { describe, expect, test } from 'vitest';
import { GapOutbox, type GapWriter } from '../../../collector-daemon/reporting/gap-outbox.ts';
import {
  closeGaps,
  type Gap,
  type GapEnd,
  insertGaps,
  listGaps,
} from '../../../service/store/operating/gap.ts';
import type { DeviceId, EndpointId } from '../../../core/id.ts';
import { testDatabase } from '../../support/database.ts';
import { addDeviceRow } from '../../support/telemetry-rows.ts';

const clock = { nowMs: () => 1_000 };
const leaf = '00000000-0000-7000-8000-000000000001' as DeviceId;
const spine = '00000000-0000-7000-8000-000000000002' as DeviceId;

/** Each device here has one endpoint, of the same id. */
function end(deviceId: DeviceId, toMs: number): GapEnd {
  return { deviceId, endpointId: deviceId as unknown as EndpointId, toMs };
}

function hole(part: Partial<Gap> = {}): Gap {
  const { deviceId = leaf } = part;
  const { endpointId } = end(deviceId, 0);
  const whole = { deviceId, endpointId, path: null, fromMs: 10, toMs: null, lost: null, node: 'a' };
  return { ...whole, reason: 'connection-lost', ...part };
}

/** Remembers what was written; fails as long as it is told to. */
class Database implements GapWriter {
  readonly ends: GapEnd[] = [];
  readonly gaps: Gap[] = [];
  away = false;

  async close(ends: readonly GapEnd[]): Promise<void> {
    if (this.away) throw new Error('away');
    this.ends.push(...ends);
  }

  async insert(gaps: readonly Gap[]): Promise<void> {
    if (this.away) throw new Error('away');
    this.gaps.push(...gaps);
  }
}

describe('while the database is away', () => {
  test('holes and ends wait, and are written once it is back', async () => {
    const outbox = new GapOutbox(clock);
    const database = new Database();
    database.away = true;
    outbox.end([end(spine, 5)]);
    outbox.add([hole({ reason: 'queue-full', toMs: 20, lost: 3 })]);
    await expect(outbox.flush(database)).rejects.toThrow('away');
    outbox.add([hole({ deviceId: spine })]);
    await expect(outbox.flush(database)).rejects.toThrow('away');
    database.away = false;
    await outbox.flush(database);
    expect(database.ends).toEqual([end(spine, 5)]);
    expect(database.gaps).toMatchObject([
      { reason: 'queue-full', toMs: 20, lost: 3 },
      { deviceId: spine, reason: 'connection-lost', toMs: null },
    ]);
    await outbox.flush(database);
    expect(database.gaps).toHaveLength(2);
  });

  test('a hole that ends before it is written is written with its end', async () => {
    const outbox = new GapOutbox(clock);
    const database = new Database();
    database.away = true;
    outbox.add([hole({ fromMs: 10 }), hole({ deviceId: spine })]);
    await expect(outbox.flush(database)).rejects.toThrow('away');
    outbox.end([end(leaf, 30)]);
    outbox.add([hole({ fromMs: 40 })]);
    database.away = false;
    await outbox.flush(database);
    expect(database.gaps.map(({ deviceId, fromMs, toMs }) => [deviceId, fromMs, toMs])).toEqual([
      [leaf, 10, 30],
      [spine, 10, null],
      [leaf, 40, null],
    ]);
  });

  test('a hole that ends while it is being written in vain is written with its end', async () => {
    const outbox = new GapOutbox(clock);
    const database = new Database();
    outbox.end([end(leaf, 5)]);
    outbox.add([hole()]);
    const failing: GapWriter = {
      close: async () => {},
      insert: async () => {
        outbox.end([end(leaf, 30)]);
        throw new Error('away');
      },
    };
    await expect(outbox.flush(failing)).rejects.toThrow('away');
    await outbox.flush(database);
    expect(database.gaps).toMatchObject([{ fromMs: 10, toMs: 30 }]);
    expect(database.ends).toEqual([end(leaf, 5)]);
  });

  test('what the database has open ends at the first end, not the last', async () => {
    const outbox = new GapOutbox(clock);
    const database = new Database();
    database.away = true;
    outbox.end([end(leaf, 5)]);
    await expect(outbox.flush(database)).rejects.toThrow('away');
    outbox.end([end(leaf, 50)]);
    database.away = false;
    await outbox.flush(database);
    expect(database.ends).toEqual([end(leaf, 5)]);
  });

  test('too many holes become long ones; no sample is left out', async () => {
    const outbox = new GapOutbox(clock, { maxApart: 2 });
    const database = new Database();
    const lost = (fromMs: number, deviceId = leaf) =>
      hole({ deviceId, fromMs, toMs: fromMs + 5, lost: 1, reason: 'queue-full' });
    outbox.add([lost(0), lost(10), lost(20), lost(30), lost(40, spine)]);
    await outbox.flush(database);
    expect(
      database.gaps.map(({ deviceId, fromMs, toMs, lost: rows }) => [deviceId, fromMs, toMs, rows]),
    ).toEqual([
      [leaf, 0, 5, 1],
      [leaf, 10, 35, 3],
      [spine, 40, 45, 1],
    ]);
  });
});

test('a write whose answer was lost may be repeated, also with a hole that has grown', async () => {
  await using db = await testDatabase();
  const deviceId = await addDeviceRow(db.pool, 'leaf-01');
  const outbox = new GapOutbox(clock, { maxApart: 1 });
  outbox.add([hole({ deviceId, lost: 2 })]);
  const answerLost: GapWriter = {
    close: (ends) => closeGaps(db.pool, ends),
    insert: async (gaps) => {
      await insertGaps(db.pool, gaps);
      throw new Error('the connection broke');
    },
  };
  await expect(outbox.flush(answerLost)).rejects.toThrow('broke');
  outbox.add([hole({ deviceId, fromMs: 20, lost: 3 })]);
  outbox.end([end(deviceId, 90)]);
  await outbox.flush({
    close: (ends) => closeGaps(db.pool, ends),
    insert: (gaps) => insertGaps(db.pool, gaps),
  });
  const wanted = { deviceIds: [deviceId], fromMs: 0, toMs: 1_000 };
  expect(await listGaps(db.pool, wanted)).toMatchObject([{ fromMs: 10, toMs: 90, lost: 5 }]);
});

test('a hole ends with its own session, one of the whole device with any', async () => {
  const outbox = new GapOutbox(clock);
  const database = new Database();
  const other = 'another' as unknown as EndpointId;
  outbox.add([hole({ fromMs: 1 }), hole({ fromMs: 2, endpointId: other })]);
  outbox.add([hole({ fromMs: 3, endpointId: null })]);
  outbox.end([end(leaf, 50)]);
  await outbox.flush(database);
  expect(database.gaps.map(({ fromMs, toMs }) => [fromMs, toMs])).toEqual([
    [1, 50],
    [2, null],
    [3, 50],
  ]);
});
