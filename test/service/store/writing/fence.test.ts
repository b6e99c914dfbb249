import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DeviceId, Epoch } from '../../../../core/id.ts';
import type { ReceivedRange } from '../../../../core/telemetry/sample.ts';
import { writeBatch } from '../../../../service/store/writing/batch-writer.ts';
import { SeriesResolver } from '../../../../service/store/writing/series-resolver.ts';
import { leafOne } from '../../../support/collection.ts';
import { testDatabase, type TestDatabase } from '../../../support/database.ts';
import { sampleBatch, seriesDefinition } from '../../../support/sample-batch.ts';

const leafTwo = '0198a000-0000-7000-8000-000000000002' as DeviceId;
const second = 1_000;
let stack: AsyncDisposableStack;
let db: TestDatabase;
/** When the turn was taken over. */
let takenAtMs: number;

beforeEach(async () => {
  stack = new AsyncDisposableStack();
  db = stack.use(await testDatabase());
  takenAtMs = Date.now() - 60 * second;
});

afterEach(() => stack.disposeAsync());

async function takeOver(epoch: number): Promise<void> {
  await db.pool.query(
    `insert into collector_turn (epoch, node, incarnation, taken_at)
     values ($1, 'b', 1, to_timestamp($2::float8 / 1000))`,
    [epoch, takenAtMs],
  );
}

const range = (deviceId: DeviceId, epoch: number, from: number, to: number): ReceivedRange => ({
  deviceId,
  epoch: epoch as Epoch,
  fromMs: takenAtMs + from * second,
  toMs: takenAtMs + to * second,
});

/** A counter, a text and an end of each device, received so many seconds after the take-over. */
function batchOf(received: readonly ReceivedRange[], atSeconds: readonly number[]) {
  const devices = [leafOne, leafTwo];
  const rows = atSeconds.flatMap((at) => devices.map((_, device) => ({ at, device })));
  const timeOf = (at: number) => (takenAtMs + at * second) * 1_000;
  const seriesOf = (device: number, kind: number) => device * 3 + kind;
  return sampleBatch({
    received,
    introduces: devices.flatMap((deviceId, device) => [
      seriesDefinition(seriesOf(device, 0), deviceId, '/a/in-octets'),
      seriesDefinition(seriesOf(device, 1), deviceId, '/a/state', { kind: 'state', unit: '1' }),
      seriesDefinition(seriesOf(device, 2), deviceId, '/a/gone', { kind: 'gauge', unit: '1' }),
    ]),
    numbers: rows.map(({ at, device }) => ({
      ref: seriesOf(device, 0),
      timeUs: timeOf(at),
      value: at,
    })),
    texts: rows.map(({ at, device }) => ({
      ref: seriesOf(device, 1),
      timeUs: timeOf(at),
      value: `at ${at}`,
    })),
    ends: rows.map(({ at, device }) => ({ ref: seriesOf(device, 2), timeUs: timeOf(at) })),
  });
}

async function stored(): Promise<Record<string, number[]>> {
  const { rows } = await db.pool.query<{ what: string; at: number }>(
    `select what, round(extract(epoch from time) - $1::float8 / 1000)::float8 as at from (
       select 'number ' || right(device_id::text, 1) as what, time
         from sample join series on series.id = series_id
       union all select 'text ' || right(device_id::text, 1), time
         from sample_text join series on series.id = series_id
       union all select 'end ' || right(device_id::text, 1), time
         from series_end join series on series.id = series_id) as told
     order by what, at`,
    [takenAtMs],
  );
  const told = Object.groupBy(rows, ({ what }) => what);
  return Object.fromEntries(
    Object.entries(told).map(([what, ofIt]) => [what, ofIt!.map(({ at }) => at)]),
  );
}

async function write(batch: ReturnType<typeof batchOf>) {
  using client = await db.connect();
  return await writeBatch(client, batch, new SeriesResolver());
}

const allOf = (times: readonly number[]) => {
  const ends = ['number', 'text', 'end'].flatMap((what) =>
    [leafOne, leafTwo].map((device) => [`${what} ${device.slice(-1)}`, [...times]] as const),
  );
  return Object.fromEntries(ends);
};

describe('rows of an overtaken epoch', () => {
  test('are kept where they were received before the take-over, and fenced after it', async () => {
    await takeOver(2);
    const received = [range(leafOne, 1, -10, 10), range(leafTwo, 1, -10, 10)];
    const result = await write(batchOf(received, [-10, -1, 1, 10]));
    expect(result).toMatchObject({ outcome: 'stored', rows: 8, fenced: 8, quarantined: 0 });
    expect(await stored()).toEqual(allOf([-10, -1]));
  });

  test('are fenced altogether where it was overtaken more than once', async () => {
    await takeOver(3);
    const received = [range(leafOne, 1, -10, 10), range(leafTwo, 1, -10, 10)];
    expect(await write(batchOf(received, [-10, 10]))).toMatchObject({ rows: 0, fenced: 8 });
    expect(await stored()).toEqual({});
  });

  test('are told from those of a device that has the epoch of now, in one batch', async () => {
    await takeOver(2);
    const received = [range(leafOne, 1, -10, 10), range(leafTwo, 2, -10, 10)];
    expect(await write(batchOf(received, [-5, 5]))).toMatchObject({ rows: 6, fenced: 2 });
    const [one, two] = [leafOne.slice(-1), leafTwo.slice(-1)];
    expect(await stored()).toMatchObject({
      [`number ${one}`]: [-5],
      [`number ${two}`]: [-5, 5],
    });
  });

  test('are told from those received after the turn was got back', async () => {
    await takeOver(2);
    const both = [leafOne, leafTwo];
    const received = both.flatMap((id) => [range(id, 1, -10, 3), range(id, 2, 5, 10)]);
    expect(await write(batchOf(received, [-10, 3, 5, 10]))).toMatchObject({ rows: 12, fenced: 4 });
    expect(await stored()).toEqual(allOf([-10, 5, 10]));
  });
});

test.each([
  ['nobody has ever had a turn', null],
  ['its own turn goes on', 1],
] as const)('nothing is fenced while %s', async (_, epoch) => {
  if (epoch !== null) await takeOver(epoch);
  const received = [range(leafOne, 1, -10, 10), range(leafTwo, 1, -10, 10)];
  expect(await write(batchOf(received, [-10, 10]))).toMatchObject({ rows: 8, fenced: 0 });
});

test('a batch that is all fenced is not tried again: its key is in the ledger', async () => {
  await takeOver(2);
  const received = [range(leafOne, 1, 1, 10), range(leafTwo, 1, 1, 10)];
  await write(batchOf(received, [1, 10]));
  expect(await write(batchOf(received, [1, 10]))).toMatchObject({ outcome: 'repeated', rows: 0 });
});
