import { expect, test } from 'vitest';
import { GapLog } from '../../../collector-daemon/reporting/gap-log.ts';
import type { SessionStateName, SessionStatus } from '../../../core/contract/device.ts';
import type { DeviceId } from '../../../core/id.ts';

const deviceId = '00000000-0000-7000-8000-000000000001' as DeviceId;

function session(state: SessionStateName, sinceMs: number, lastUpdateAtMs: number | null) {
  return { deviceId, state, sinceMs, lastUpdateAtMs } as SessionStatus & { deviceId: DeviceId };
}

const hole = { deviceId, path: null, toMs: null, lost: null, node: 'a' };

test('a hole opens with the last update of a session that broke, and ends when it streams again', () => {
  const log = new GapLog('a');
  // The first sight of a streaming session ends what an earlier program left open.
  expect(log.observe([session('streaming', 10, 12)])).toEqual({
    opened: [],
    closed: [{ deviceId, toMs: 10 }],
  });
  expect(log.observe([session('streaming', 10, 40)])).toEqual({ opened: [], closed: [] });
  expect(log.observe([session('backing-off', 50, 45)])).toEqual({
    opened: [{ ...hole, fromMs: 45, reason: 'connection-lost' }],
    closed: [],
  });
  expect(log.observe([session('connecting', 60, 45)])).toEqual({ opened: [], closed: [] });
  expect(log.observe([session('streaming', 70, 45)]).closed).toEqual([{ deviceId, toMs: 70 }]);
});

test('a session that never streamed has no hole', () => {
  const log = new GapLog('a');
  expect(log.observe([session('connecting', 1, null)])).toEqual({ opened: [], closed: [] });
  expect(log.observe([session('backing-off', 2, null)])).toEqual({ opened: [], closed: [] });
  expect(log.stopped([session('backing-off', 2, null)], 9)).toEqual([]);
});

test('an orderly stop opens a hole for what streamed', () => {
  const log = new GapLog('a');
  const streaming = [session('streaming', 10, 12)];
  log.observe(streaming);
  expect(log.stopped(streaming, 20)).toEqual([
    { ...hole, fromMs: 12, reason: 'collector-stopped' },
  ]);
});

test('a dead worker leaves a hole from what it had not stored, which ends when the device streams again', () => {
  const log = new GapLog('a');
  const streaming = session('streaming', 10, 42);
  log.observe([streaming]);
  const crash = { ...hole, reason: 'worker-crash' };
  expect(log.crashed({ sessions: [streaming], unstoredSinceMs: 30 }, 50)).toEqual([
    { ...crash, fromMs: 30 },
  ]);
  expect(log.observe([session('connecting', 51, null)])).toEqual({ opened: [], closed: [] });
  expect(log.observe([session('streaming', 60, 61)])).toEqual({
    opened: [],
    closed: [{ deviceId, toMs: 60 }],
  });
  expect(
    log.crashed({ sessions: [session('streaming', 60, 70)], unstoredSinceMs: null }, 80),
  ).toEqual([{ ...crash, fromMs: 70 }]);
});

test('of a session that did not stream a dead worker leaves nothing', () => {
  const log = new GapLog('a');
  const connecting = session('connecting', 1, null);
  log.observe([connecting]);
  expect(log.crashed({ sessions: [connecting], unstoredSinceMs: null }, 5)).toEqual([]);
});
