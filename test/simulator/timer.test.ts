import { expect, it } from 'vitest';
import { ManualTimer } from '../../simulator/manual-timer.ts';
import { scaledTimer } from '../../simulator/timer.ts';

it('runs device time faster than the real one, from any start', () => {
  let realMs = 1_000;
  const timer = scaledTimer({ speed: 60, startAtMs: 0, clock: { nowMs: () => realMs } });
  realMs = 1_500;
  expect(timer.nowMs()).toBe(30_000);
});

it('waits in device time, and forgets what was disposed of', async () => {
  const timer = scaledTimer({ speed: 1_000 });
  const startMs = timer.nowMs();
  let forgotten = true;
  timer.at(startMs + 100, () => (forgotten = false))[Symbol.dispose]();
  await new Promise<void>((resolve) => void timer.at(startMs + 5_000, resolve));
  expect(timer.nowMs()).toBeGreaterThanOrEqual(startMs + 5_000);
  expect(forgotten).toBe(true);
});

it('calls back by hand in order of time, each at its own time', () => {
  const timer = new ManualTimer(0);
  const calls: [string, number][] = [];
  timer.at(20, () => calls.push(['late', timer.nowMs()]));
  timer.at(10, () => {
    calls.push(['early', timer.nowMs()]);
    timer.at(15, () => calls.push(['made meanwhile', timer.nowMs()]));
  });
  timer.advance(30);
  expect(calls).toEqual([
    ['early', 10],
    ['made meanwhile', 15],
    ['late', 20],
  ]);
});
