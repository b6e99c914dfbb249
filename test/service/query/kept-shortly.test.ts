import { expect, test } from 'vitest';
import { KeptShortly } from '../../../service/query/kept-shortly.ts';

test('is read anew once it is older than it may be, and never kept where reading failed', async () => {
  let nowMs = 0;
  let read = 0;
  const kept = new KeptShortly<number>(1_000, () => nowMs);
  const get = () => kept.get(() => Promise.resolve((read += 1)));
  expect([await get(), await get()]).toEqual([1, 1]);
  nowMs = 999;
  expect(await get()).toBe(1);
  nowMs = 1_000;
  await expect(kept.get(() => Promise.reject(new Error('gone')))).rejects.toThrow('gone');
  expect([await get(), await get()]).toEqual([2, 2]);
});
