import { describe, expect, test } from 'vitest';
import { BoundedQueue } from '../../../collector-daemon/sink/bounded-queue.ts';
import { runCopySink } from '../../../collector-daemon/sink/copy-sink.ts';
import { rowCount, type SampleBatch } from '../../../core/telemetry/sample.ts';
import { sampleBatch } from '../../support/sample-batch.ts';

const diskFull = Object.assign(new Error('could not extend file'), { code: '53100' });
const badText = Object.assign(new Error('invalid byte sequence'), { code: '22021' });

function batch(sequence: number): SampleBatch {
  return sampleBatch({ sequence, numbers: [{ ref: 0, timeUs: 1, value: 1 }] });
}

/** Runs a sink over batches 1…count; `write` fails with what `fail` answers. */
async function store(
  count: number,
  fail: (sequence: number, tryNumber: number) => Error | null,
  signal = new AbortController().signal,
) {
  const log: string[] = [];
  const tries = new Map<number, number>();
  const queue = new BoundedQueue<SampleBatch>({
    maxRows: 100,
    rowsOf: rowCount,
    dropped: () => {},
  });
  for (let sequence = 1; sequence <= count; sequence += 1) queue.push(batch(sequence));
  queue.close();
  await runCopySink(
    {
      queue,
      write: ({ key: { sequence } }) => {
        const tryNumber = (tries.get(sequence) ?? 0) + 1;
        tries.set(sequence, tryNumber);
        const error = fail(sequence, tryNumber);
        return error === null
          ? Promise.resolve({ outcome: 'stored', rows: 1, quarantined: 0, newSeries: 0 })
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
  test('in their order, until the queue is closed and empty', async () => {
    expect(await store(3, () => null)).toEqual({
      log: ['stored 1', 'stored 2', 'stored 3'],
      left: 0,
    });
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
