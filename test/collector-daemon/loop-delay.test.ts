import { expect, test } from 'vitest';
import { LoopDelay } from '../../collector-daemon/loop-delay.ts';
import { ManualTime } from '../support/manual-time.ts';

/** Timers that run on time, until the thread is held up. */
function thread() {
  const time = new ManualTime(0);
  let heldMs = 0;
  const delay = new LoopDelay({ timers: time, ticksMs: () => time.nowMs() + heldMs });
  return { time, delay, hold: (ms: number) => (heldMs += ms) };
}

test('a thread that is free has no delay', () => {
  const { time, delay } = thread();
  time.advance(10_000);
  expect(delay.take()).toBe(0);
});

test('the longest delay is kept until it is asked for', () => {
  const { time, delay, hold } = thread();
  time.advance(1_000);
  hold(700);
  time.advance(1_000);
  hold(300);
  time.advance(1_000);
  expect(delay.take()).toBe(700);
  expect(delay.take()).toBe(0);
});

test('one that goes on is seen', () => {
  const { delay, hold } = thread();
  hold(2_050);
  expect(delay.take()).toBe(2_000);
});

test('nothing is left behind', () => {
  const { time, delay } = thread();
  delay[Symbol.dispose]();
  expect(time.pending).toBe(0);
});
