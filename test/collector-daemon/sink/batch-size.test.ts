import { describe, expect, test } from 'vitest';
import { BatchSize } from '../../../collector-daemon/sink/batch-size.ts';

/** A size whose batches take the time they are told to. */
function sized(limits: { minRows: number; maxRows: number }) {
  let nowMs = 0;
  const size = new BatchSize({ clock: { nowMs: () => nowMs }, ...limits });
  return {
    size,
    take: (rows: number, tookMs: number) =>
      size.measure(rows, () => {
        nowMs += tookMs;
        return Promise.resolve();
      }),
  };
}

describe('the size of a batch', () => {
  test('grows to what the database stores in three seconds', async () => {
    const { size, take } = sized({ minRows: 100, maxRows: 10_000 });
    expect(size.rows).toBe(100);
    const grown: number[] = [];
    for (let batch = 0; batch < 4; batch += 1) {
      // 200 rows a second
      await take(size.rows, size.rows * 5);
      grown.push(size.rows);
    }
    expect(grown).toEqual([200, 400, 600, 600]);
  });

  test('shrinks at once when the database gets slow, but never below its least', async () => {
    const { size, take } = sized({ minRows: 100, maxRows: 10_000 });
    for (let batch = 0; batch < 8; batch += 1) await take(size.rows, 1);
    expect(size.rows).toBe(10_000);
    await take(10_000, 30_000);
    expect(size.rows).toBe(1_000);
    await take(1_000, 600_000);
    expect(size.rows).toBe(100);
  });

  test('a small batch does not shrink it below its least, and a clock set back measures nothing', async () => {
    const { size, take } = sized({ minRows: 100, maxRows: 10_000 });
    await take(1, 100);
    expect(size.rows).toBe(100);
    await take(100, -5_000);
    expect(size.rows).toBe(200);
  });

  test('a batch that fails measures nothing', async () => {
    const { size } = sized({ minRows: 100, maxRows: 10_000 });
    const failed = size.measure(100, () => Promise.reject(new Error('refused')));
    await expect(failed).rejects.toThrow('refused');
    expect(size.rows).toBe(100);
  });
});
