import { expect, test } from 'vitest';
import { LatePatience, patienceMs } from '../../../collector-daemon/ingest-worker/late-patience.ts';
import { onChange, sampled } from '../../support/collection.ts';
import { ManualTime } from '../../support/manual-time.ts';

const startMs = 1_000_000;

/** With a patience of 30 s; `over` lists seconds of the sync and of now. */
function waiting() {
  const time = new ManualTime(startMs);
  const session = new AbortController();
  const over: (readonly [number, number])[] = [];
  const signals: AbortSignal[] = [];
  const seconds = (ms: number) => (ms - startMs) / 1_000;
  let readingSinceMs: number | null = 0;
  const patience = new LatePatience({
    clock: time,
    timers: time,
    patienceMs: 30_000,
    readingSinceMs: () => readingSinceMs,
    over: ({ receivedAtMs }, signal) => {
      over.push([seconds(receivedAtMs), seconds(time.nowMs())]);
      signals.push(signal);
    },
    signal: session.signal,
  });
  return {
    time,
    over,
    signals,
    sync: () => patience.accept({ kind: 'sync', receivedAtMs: time.nowMs(), refused: [] }),
    gap: () => patience.accept({ kind: 'gap', receivedAtMs: time.nowMs(), reason: 'it ended' }),
    pause: () => (readingSinceMs = null),
    resume: () => (readingSinceMs = time.nowMs()),
    stop: () => session.abort(),
  };
}

test.each([
  ['changes alone', [onChange('/a')], 30_000],
  ['short intervals', [sampled('/a', 1_000), onChange('/b')], 30_000],
  ['the longest of the intervals', [sampled('/a', 60_000), sampled('/b', 10_000)], 180_000],
  ['no path', [], 30_000],
])('of %s', (_what, subscriptions, expectedMs) => {
  expect(patienceMs(subscriptions)).toBe(expectedMs);
});

test('it is over once, so long after the first sync of a connect', () => {
  const { time, over, sync } = waiting();
  sync();
  time.advance(20_000);
  sync();
  time.advance(9_999);
  expect(over).toEqual([]);
  time.advance(1);
  sync();
  time.advance(100_000);
  expect(over).toEqual([[0, 30]]);
});

test('each connect has its own; one that broke off meanwhile has none', () => {
  const { time, over, signals, sync, gap } = waiting();
  sync();
  time.advance(10_000);
  gap();
  expect(time.pending).toBe(0);
  time.advance(40_000);
  sync();
  time.advance(30_000);
  expect(over).toEqual([[50, 80]]);
  expect(signals[0]!.aborted).toBe(false);
  gap();
  expect(signals[0]!.aborted).toBe(true);
});

test('what came while we did not read may be waiting still', () => {
  const { time, over, sync, pause, resume } = waiting();
  sync();
  time.advance(10_000);
  pause();
  time.advance(60_000);
  resume();
  time.advance(25_000);
  expect(over).toEqual([]);
  time.advance(30_000);
  expect(over).toEqual([[0, 120]]);
});

test('with the session it ends', () => {
  const { time, over, sync, gap, stop } = waiting();
  sync();
  stop();
  gap();
  sync();
  expect(time.pending).toBe(0);
  time.advance(100_000);
  expect(over).toEqual([]);
});
