import { describe, expect, test } from 'vitest';
import type { Epoch } from '../../../core/id.ts';
import { BatchSize } from '../../../collector-daemon/sink/batch-size.ts';
import { BoundedQueue } from '../../../collector-daemon/sink/bounded-queue.ts';
import { type CopySinkOptions, runCopySink } from '../../../collector-daemon/sink/copy-sink.ts';
import { rowCount, type SampleBatch, type SampleSlice } from '../../../core/telemetry/sample.ts';
import { leafOne } from '../../support/collection.ts';
import { sampleBatch, seriesDefinition } from '../../support/sample-batch.ts';

const diskFull = Object.assign(new Error('could not extend file'), { code: '53100' });
const timeLimit = Object.assign(new Error('canceling statement due to statement timeout'), {
  code: '57014',
});
const badText = Object.assign(new Error('invalid byte sequence'), { code: '22021' });

const range = { deviceId: leafOne, epoch: 3 as Epoch };

const slice: SampleSlice = sampleBatch({ numbers: [{ ref: 0, timeUs: 1, value: 1 }] });

function ofRows(rows: number): BatchSize {
  return new BatchSize({ clock: { nowMs: () => 0 }, maxRows: rows });
}

/** Runs a sink over slices to its end; keys count from 1. */
async function sink(
  slices: readonly SampleSlice[],
  parts: Partial<CopySinkOptions> & Pick<CopySinkOptions, 'write'>,
  signal = new AbortController().signal,
): Promise<BoundedQueue<SampleSlice>> {
  const queue = new BoundedQueue<SampleSlice>({
    maxRows: 100_000,
    rowsOf: rowCount,
    dropped: () => {},
  });
  for (const slice of slices) queue.push(slice);
  queue.close();
  let sequence = 0;
  await runCopySink(
    {
      queue,
      batchSize: ofRows(50_000),
      nextKey: () => {
        sequence += 1;
        return sampleBatch({ sequence }).key;
      },
      pause: () => Promise.resolve(),
      stored: () => {},
      refused: () => {},
      trouble: () => {},
      ...parts,
    },
    signal,
  );
  return queue;
}

/** Runs a sink over slices that become batches 1…count; `write` fails with what `fail` answers. */
async function store(
  count: number,
  fail: (sequence: number, tryNumber: number) => Error | null,
  signal = new AbortController().signal,
) {
  const log: string[] = [];
  const tries = new Map<number, number>();
  const queue = await sink(
    Array.from({ length: count }, () => slice),
    {
      batchSize: ofRows(1),
      write: ({ key: { sequence } }) => {
        const tryNumber = (tries.get(sequence) ?? 0) + 1;
        tries.set(sequence, tryNumber);
        const error = fail(sequence, tryNumber);
        return error === null
          ? Promise.resolve({ outcome: 'stored', rows: 1, quarantined: 0, newSeries: 0, fenced: 0 })
          : Promise.reject(error);
      },
      pause: (attempt) => {
        log.push(`pause ${attempt}`);
        return Promise.resolve();
      },
      stored: ({ key }, { outcome }) => log.push(`${outcome} ${key.sequence}`),
      refused: ({ key }, sentence) => log.push(`refused ${key.sequence}: ${sentence}`),
      trouble: (sentence) => log.push(`trouble: ${sentence}`),
    },
    signal,
  );
  return { log, left: queue.length };
}

describe('storing batches', () => {
  test('stores together what waits together', async () => {
    const written: SampleBatch[] = [];
    const slices: SampleSlice[] = [];
    for (const value of [1, 2]) {
      const numbers = [
        { ref: value, timeUs: value, value, delta: value, spanMs: value, quality: 1 },
      ];
      const texts = [{ ref: 9, timeUs: value, value: `text ${value}` }];
      const introduces = [seriesDefinition(value, leafOne, `/a${value}`)];
      const ends = [{ ref: value, timeUs: value, withdrawn: value === 2 }];
      const received = [{ ...range, fromMs: value, toMs: 10 * value }];
      const batch = sampleBatch({ numbers, texts, ends, introduces, received });
      slices.push({ ...batch, sealedAtMs: value });
    }
    await sink(slices, {
      nextKey: () => sampleBatch({ sequence: 7 }).key,
      write: (batch) => {
        written.push(batch);
        return Promise.resolve({
          outcome: 'stored',
          rows: 4,
          quarantined: 0,
          newSeries: 0,
          fenced: 0,
        });
      },
    });
    const columns = (from: typeof Uint32Array | typeof Float64Array) => from.of(1, 2);
    expect(written).toMatchObject([
      {
        key: { sequence: 7 },
        introduces: [{ ref: 1 }, { ref: 2 }],
        numbers: {
          series: columns(Uint32Array),
          timeUs: columns(Float64Array),
          value: columns(Float64Array),
          delta: columns(Float64Array),
          spanMs: Int32Array.of(1, 2),
          quality: Uint16Array.of(1, 1),
        },
        texts: {
          series: Uint32Array.of(9, 9),
          timeUs: columns(Float64Array),
          value: ['text 1', 'text 2'],
        },
        ends: {
          series: columns(Uint32Array),
          timeUs: columns(Float64Array),
          withdrawn: Uint8Array.of(0, 1),
        },
        received: [{ ...range, fromMs: 1, toMs: 20 }],
        sealedAtMs: 2,
      },
    ]);
  });

  test('stores the ends of slices that were dropped, before those that come later', async () => {
    const written: SampleBatch[] = [];
    const dropped = [
      sampleBatch({
        ends: [{ ref: 1, timeUs: 1 }],
        received: [{ ...range, fromMs: 1, toMs: 1 }],
      }),
    ];
    const later = sampleBatch({ ends: [{ ref: 1, timeUs: 1, withdrawn: true }] });
    await sink([later, later], {
      batchSize: ofRows(1),
      takeSparedEnds: () => dropped.splice(0),
      write: (batch) => {
        written.push(batch);
        return Promise.resolve({
          outcome: 'stored',
          rows: 0,
          quarantined: 0,
          newSeries: 0,
          fenced: 0,
        });
      },
    });
    expect(written.flatMap(({ ends }) => [...ends.withdrawn])).toEqual([0, 1, 1]);
    expect(written.map(({ received }) => received)).toEqual([[{ ...range, fromMs: 1, toMs: 1 }]]);
  });

  test('in their order, until the queue is closed and empty', async () => {
    expect(await store(3, () => null)).toEqual({
      log: ['stored 1', 'stored 2', 'stored 3'],
      left: 0,
    });
  });

  test('a large batch is split by series between writers side by side, unless it brings new series', async () => {
    const numbers = Array.from({ length: 20_000 }, (_, ref) => ({ ref, timeUs: 1, value: 1 }));
    const known = sampleBatch({ numbers });
    const introduces = [seriesDefinition(0, leafOne, '/a')];
    const slices: SampleSlice[] = [];
    slices.push({ ...known, introduces });
    slices.push(known);
    const log: string[] = [];
    const bothUnderWay = Promise.withResolvers<void>();
    await sink(slices, {
      writers: 2,
      batchSize: ofRows(20_000),
      write: async (batch) => {
        const { sequence } = batch.key;
        if (sequence === 3) bothUnderWay.resolve();
        if (sequence === 2) await bothUnderWay.promise;
        return {
          outcome: 'stored',
          rows: rowCount(batch),
          quarantined: 0,
          newSeries: 0,
          fenced: 0,
        };
      },
      stored: ({ key }, { rows }) => log.push(`${key.sequence}: ${rows}`),
    });
    expect(log.toSorted()).toEqual(['1: 20000', '2: 10016', '3: 9984']);
  });

  test('a batch the database cannot take now is tried until it can, and none overtakes it', async () => {
    const { log } = await store(2, (sequence, tryNumber) =>
      sequence === 1 && tryNumber < 8 ? diskFull : null,
    );
    expect(log).toEqual([
      'trouble: 1 samples wait: could not extend file',
      ...[1, 2, 3, 4, 5, 6, 7].map((attempt) => `pause ${attempt}`),
      'trouble: null',
      'stored 1',
      'stored 2',
    ]);
  });

  test('a large batch that took too long is stored by halves of halves, under keys of their own', async () => {
    const numbers = Array.from({ length: 50_000 }, (_, row) => ({ ref: 0, timeUs: row, value: 1 }));
    const texts = [1, 2, 3].map((timeUs) => ({ ref: 1, timeUs, value: 'up' }));
    const introduces = [seriesDefinition(0, leafOne, '/a')];
    const slices: SampleSlice[] = [];
    slices.push({ ...sampleBatch({ numbers, texts }), introduces });
    const log: string[] = [];
    const stored: SampleBatch[] = [];
    await sink(slices, {
      write: (batch) => {
        log.push(`${batch.key.sequence}: ${rowCount(batch)}`);
        if (rowCount(batch) > 20_000) return Promise.reject(timeLimit);
        stored.push(batch);
        const rows = rowCount(batch);
        return Promise.resolve({
          outcome: 'stored',
          rows,
          quarantined: 0,
          newSeries: 0,
          fenced: 0,
        });
      },
      refused: (_, sentence) => log.push(sentence),
      trouble: (sentence) => log.push(String(sentence)),
    });
    const tooLong = expect.stringContaining('statement timeout');
    expect(log).toEqual([
      '1: 50003',
      tooLong,
      '2: 25002',
      tooLong,
      '3: 12501',
      '4: 12501',
      'null',
      '5: 25001',
      tooLong,
      '6: 12501',
      '7: 12500',
      'null',
      'null',
    ]);
    expect(stored.flatMap(({ numbers }) => [...numbers.timeUs])).toEqual(
      numbers.map(({ timeUs }) => timeUs),
    );
    expect(stored.flatMap((half) => [...half.numbers.receivedMs])).toEqual(
      numbers.map(({ timeUs }) => timeUs / 1_000),
    );
    expect(stored.flatMap(({ texts }) => [...texts.timeUs])).toEqual([1, 2, 3]);
    expect(stored.flatMap(({ texts }) => [...texts.receivedMs])).toEqual([0.001, 0.002, 0.003]);
    expect(stored.map((batch) => batch.introduces.length)).toEqual([1, 0, 0, 0]);
  });

  test('a large batch is not cut where one try was never answered: its commit may be under way', async () => {
    const numbers = Array.from({ length: 50_000 }, (_, row) => ({ ref: 0, timeUs: row, value: 1 }));
    const slices: SampleSlice[] = [];
    slices.push(sampleBatch({ numbers }));
    const failures = [new Error('Query read timeout'), timeLimit, timeLimit];
    const keys: number[] = [];
    await sink(slices, {
      write: (batch) => {
        keys.push(batch.key.sequence);
        const failure = failures.shift();
        if (failure !== undefined) return Promise.reject(failure);
        return Promise.resolve({
          outcome: 'repeated',
          rows: 0,
          quarantined: 0,
          newSeries: 0,
          fenced: 0,
        });
      },
    });
    expect(keys).toEqual([1, 1, 1, 1]);
  });

  test('a batch refused for its content is given up at once, and the next is stored', async () => {
    const { log } = await store(2, (sequence) => (sequence === 1 ? badText : null));
    expect(log).toEqual(['refused 1: invalid byte sequence', 'stored 2']);
  });

  test('a doubtful error is given five tries', async () => {
    const { log } = await store(1, () => new Error('something else'));
    expect(log).toEqual([
      'trouble: 1 samples wait: something else',
      'pause 1',
      'pause 2',
      'pause 3',
      'pause 4',
      'refused 1: something else',
    ]);
  });

  test('told to hurry, it gives up the batch that fails and leaves the rest in the queue', async () => {
    const hurry = new AbortController();
    const { log, left } = await store(
      3,
      () => {
        hurry.abort();
        return diskFull;
      },
      hurry.signal,
    );
    expect(log).toEqual(['refused 1: could not extend file']);
    expect(left).toBe(2);
  });
});
