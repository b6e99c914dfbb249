import { expect, test } from 'vitest';
import { Measures } from '../../../collector-daemon/ingest-worker/measures.ts';

test('tries to store are measured, the failed ones too, and taken once', async () => {
  let ticksMs = 0;
  const measures = new Measures(() => ticksMs);
  const store = async (tookMs: number) => {
    ticksMs += tookMs;
    return 'stored';
  };
  expect(await measures.batch(() => store(250))).toBe('stored');
  const failing = measures.batch(async () => {
    await store(1_000);
    throw new Error('the disk is full');
  });
  await expect(failing).rejects.toThrow('the disk is full');
  measures.received('gnmi', 3);
  measures.received('gnmi', 4);
  expect(measures.take(7)).toEqual({
    received: { gnmi: 7 },
    batches: [
      { seconds: 0.25, failed: false },
      { seconds: 1, failed: true },
    ],
    loopDelayMs: 7,
  });
  expect(measures.take(0)).toEqual({ received: {}, batches: [], loopDelayMs: 0 });
});

test('a thread that nobody asks keeps no more than it may', async () => {
  const measures = new Measures(() => 0);
  for (let at = 0; at < 1_500; at += 1) await measures.batch(async () => {});
  expect(measures.take(0).batches).toHaveLength(1_000);
});
