import { expect, test } from 'vitest';
import { type Stall, StallWatch } from '../../../collector-daemon/session/stall-watch.ts';
import type { Clock, Timers } from '../../../core/time.ts';

/** A thread that can stand still: timers run late then. */
function thread() {
  let nowMs = 0;
  let due: { atMs: number; run: () => void } | null = null;
  const clock: Clock = { nowMs: () => nowMs };
  const timers: Timers = {
    after(delayMs, run) {
      due = { atMs: nowMs + delayMs, run };
      return () => {
        due = null;
      };
    },
  };
  const stalls: Stall[] = [];
  const watch = new StallWatch({ clock, timers, stalled: (stall) => stalls.push(stall) });
  const run = (untilMs: number) => {
    for (let next = due; next !== null && next.atMs <= untilMs; next = due) {
      const { atMs, run: look } = next;
      nowMs = Math.max(nowMs, atMs);
      look();
    }
    nowMs = untilMs;
  };
  const standStill = (ms: number) => {
    nowMs += ms;
    due?.run();
  };
  return { watch, stalls, run, standStill, pending: () => due !== null };
}

test('a thread that runs has no stall, one that stood still has one of that length', () => {
  const { watch, stalls, run, standStill } = thread();
  run(60_000);
  standStill(3_000);
  expect([stalls, watch.recent()]).toEqual([[], null]);
  run(100_000);
  standStill(50_000);
  expect(stalls).toEqual([{ fromMs: 100_000, toMs: 150_000 }]);
  run(180_000);
  expect(watch.recent()).toEqual({ fromMs: 100_000, toMs: 150_000 });
  run(180_001);
  expect(watch.recent()).toBeNull();
});

test('it holds no timer once it has ended', () => {
  const { watch, pending } = thread();
  watch[Symbol.dispose]();
  expect(pending()).toBe(false);
});
