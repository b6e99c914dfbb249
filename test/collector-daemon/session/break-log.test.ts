import { expect, test } from 'vitest';
import { BreakLog } from '../../../collector-daemon/session/break-log.ts';
import type { BreakCause } from '../../../core/inventory/session-break.ts';
import {
  initialSessionState,
  type SessionState,
} from '../../../collector-daemon/session/session-state.ts';
import type { PathSubscription } from '../../../core/inventory/collection-target.ts';
import { onChange, sampled } from '../../support/collection.ts';
import { ManualTime } from '../../support/manual-time.ts';

function session(subscriptions: readonly PathSubscription[] = [sampled('/a', 1_000)]) {
  const time = new ManualTime(1_000_000);
  const log = new BreakLog({ clock: time, subscriptions });
  const change = (name: SessionState['name'], brokeBy: BreakCause | null = null) =>
    log.changed({ ...initialSessionState(time.nowMs()), name, brokeBy });
  const hear = (stampMs = time.nowMs()) =>
    log.notified({
      kind: 'update',
      timestampNs: BigInt(stampMs) * 1_000_000n,
      receivedAtMs: time.nowMs(),
      atomicUnder: null,
      deletes: [],
      updates: [],
      undecodable: 0,
    });
  const breaks = () =>
    log.newest.map(({ fromMs, toMs, cause }) => [
      fromMs - 1_000_000,
      toMs === null ? null : toMs - 1_000_000,
      cause,
    ]);
  return { time, log, change, hear, breaks };
}

test('each break of a session that streams for a moment only is remembered, in order', () => {
  const { time, log, change, hear, breaks } = session();
  for (let round = 0; round < 3; round += 1) {
    change('streaming');
    hear();
    change('backing-off', 'connection-lost');
    time.advance(2_000);
  }
  expect(breaks()).toEqual([
    [0, null, 'connection-lost'],
    [2_000, null, 'connection-lost'],
    [4_000, null, 'connection-lost'],
  ]);
  const times = log.newest.map(({ noticedAtMs }) => noticedAtMs);
  expect(new Set(times).size).toBe(3);
});

test('what never streamed has none, and a silence is called one', () => {
  const { time, change, hear, breaks } = session();
  change('backing-off', 'connection-lost');
  expect(breaks()).toEqual([]);
  change('streaming');
  hear();
  time.advance(15_000);
  change('backing-off', 'silence');
  expect(breaks()).toEqual([[0, null, 'silence']]);
});

test('a stall that the connection bridged is no hole: the stamps follow one another', () => {
  const { time, log, change, hear, breaks } = session();
  change('streaming');
  hear();
  time.advance(50_000);
  log.stalled({ fromMs: 1_000_000, toMs: 1_050_000 });
  for (let second = 1; second <= 50; second += 1) hear(1_000_000 + second * 1_000);
  expect(breaks()).toEqual([]);
});

test('a stall over which the target sent nothing is a hole of its length, and of our making', () => {
  const { time, log, change, hear, breaks } = session();
  change('streaming');
  hear();
  time.advance(50_000);
  log.stalled({ fromMs: 1_000_000, toMs: 1_050_000 });
  hear();
  hear();
  expect(breaks()).toEqual([[0, 50_000, 'collector-stalled']]);
});

test('of a device that tells only changes nobody knows what it did not send', () => {
  const { time, log, change, hear, breaks } = session([onChange('/a')]);
  change('streaming');
  hear();
  time.advance(50_000);
  log.stalled({ fromMs: 1_000_000, toMs: 1_050_000 });
  hear();
  expect(breaks()).toEqual([]);
});
