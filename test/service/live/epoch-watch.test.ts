import { expect, test } from 'vitest';
import { EpochWatch } from '../../../service/live/epoch-watch.ts';

test('of two epochs of a topic the lower one is overtaken', () => {
  const watch = new EpochWatch();
  const told = ([epoch, nowMs]: [number | undefined, number]) =>
    watch.isOvertaken('s.1', epoch, nowMs);
  const heard: [number | undefined, number][] = [
    [3, 0],
    [4, 10],
    [3, 20],
    [undefined, 25],
    [4, 30],
    [3, 10_029],
  ];
  expect(heard.map(told)).toEqual([false, false, true, false, false, true]);
  expect(watch.isOvertaken('s.2', 1, 10_030)).toBe(false);
});

test('only as long as the higher one is heard: a restored database begins lower', () => {
  const watch = new EpochWatch();
  watch.isOvertaken('s.1', 9, 0);
  expect(watch.isOvertaken('s.1', 2, 9_999)).toBe(true);
  expect(watch.isOvertaken('s.1', 2, 10_000)).toBe(false);
  expect(watch.isOvertaken('s.1', 2, 10_001)).toBe(false);
  // A clock set back by more than that.
  watch.isOvertaken('s.1', 3, 60_000);
  expect(watch.isOvertaken('s.1', 2, 30_000)).toBe(false);
});
