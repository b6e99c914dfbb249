import { expect, test } from 'vitest';
import { GapLog } from '../../../collector-daemon/reporting/gap-log.ts';
import type { SessionBreak } from '../../../core/inventory/session-break.ts';
import type { SessionStateName, SessionStatus } from '../../../core/contract/device.ts';
import type { DeviceId, EndpointId } from '../../../core/id.ts';
import type { SessionOwner } from '../../../core/inventory/collection-target.ts';

const deviceId = '00000000-0000-7000-8000-000000000001' as DeviceId;

const endpointId = '00000000-0000-7000-8000-0000000000e1' as EndpointId;
const owner = { deviceId, endpointId };

function session(state: SessionStateName, sinceMs: number, lastUpdateAtMs: number | null) {
  return { ...owner, state, sinceMs, lastUpdateAtMs } as SessionStatus & SessionOwner;
}

const hole = { ...owner, path: null, toMs: null, lost: null, node: 'a' };

test('a hole opens with the last update of a session that broke, and ends when it streams again', () => {
  const log = new GapLog('a');
  // The first sight of a streaming session ends what an earlier program left open.
  expect(log.observe([session('streaming', 10, 12)])).toEqual({
    opened: [],
    closed: [{ ...owner, toMs: 10 }],
  });
  expect(log.observe([session('streaming', 10, 40)])).toEqual({ opened: [], closed: [] });
  expect(log.observe([session('backing-off', 50, 45)])).toEqual({
    opened: [{ ...hole, fromMs: 45, reason: 'connection-lost' }],
    closed: [],
  });
  expect(log.observe([session('connecting', 60, 45)])).toEqual({ opened: [], closed: [] });
  expect(log.observe([session('streaming', 70, 45)]).closed).toEqual([{ ...owner, toMs: 70 }]);
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
    closed: [{ ...owner, toMs: 60 }],
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

test('what one endpoint of a device left open, another one does not end', () => {
  const log = new GapLog('a');
  const other = { endpointId: '00000000-0000-7000-8000-0000000000e2' as EndpointId };
  const second = { ...session('streaming', 20, 25), ...other };
  log.observe([session('streaming', 10, 12), second]);
  const { opened } = log.observe([session('backing-off', 30, 29), second]);
  expect(opened).toEqual([{ ...hole, fromMs: 29, reason: 'connection-lost' }]);
  expect(log.observe([session('connecting', 31, 29), second])).toEqual({ opened: [], closed: [] });
  expect(log.stopped([session('connecting', 31, 29), second], 40)).toEqual([
    { ...hole, ...other, fromMs: 25, reason: 'collector-stopped' },
  ]);
});

function broken(
  state: SessionStateName,
  sinceMs: number,
  breaks: readonly Partial<SessionBreak>[],
): SessionStatus & SessionOwner & { breaks: readonly SessionBreak[] } {
  const usual = { toMs: null, cause: 'connection-lost' } as const;
  const whole = breaks.map((one) => ({ ...usual, ...one }) as SessionBreak);
  return { ...session(state, sinceMs, null), breaks: whole };
}

test('a session that streams between two reports only leaves a hole each time', () => {
  const log = new GapLog('a');
  const breaks = [
    { noticedAtMs: 12, streamedFromMs: 10, fromMs: 11 },
    { noticedAtMs: 22, streamedFromMs: 20, fromMs: 21 },
  ];
  const lost = { ...hole, reason: 'connection-lost' };
  expect(log.observe([broken('backing-off', 22, breaks)])).toEqual({
    opened: [
      { ...lost, fromMs: 11, toMs: 20 },
      { ...lost, fromMs: 21, toMs: null },
    ],
    closed: [{ ...owner, toMs: 10 }],
  });
  expect(log.observe([broken('connecting', 25, breaks)])).toEqual({ opened: [], closed: [] });
  const third = { noticedAtMs: 32, streamedFromMs: 30, fromMs: 31 };
  expect(log.observe([broken('backing-off', 32, [...breaks, third])])).toEqual({
    opened: [{ ...lost, fromMs: 31, toMs: null }],
    closed: [{ ...owner, toMs: 30 }],
  });
  expect(log.observe([broken('streaming', 40, [...breaks, third])])).toEqual({
    opened: [],
    closed: [{ ...owner, toMs: 40 }],
  });
});

test('a session that broke and streams again by the next report has a hole with both ends', () => {
  const log = new GapLog('a');
  log.observe([session('streaming', 10, 11)]);
  const breaks = [{ noticedAtMs: 60, streamedFromMs: 10, fromMs: 45, cause: 'silence' as const }];
  expect(log.observe([broken('streaming', 70, breaks)])).toEqual({
    opened: [{ ...hole, reason: 'silence', fromMs: 45, toMs: 70 }],
    closed: [],
  });
});

test('a hole in a stream that went on has its length and its cause, and the session streams', () => {
  const log = new GapLog('a');
  log.observe([session('streaming', 10, 11)]);
  const stalled = { fromMs: 100, toMs: 50_100, cause: 'collector-stalled' as const };
  const breaks = [{ noticedAtMs: 50_200, streamedFromMs: 10, ...stalled }];
  expect(log.observe([broken('streaming', 10, breaks)])).toEqual({
    opened: [{ ...hole, reason: 'collector-stalled', fromMs: 100, toMs: 50_100 }],
    closed: [],
  });
  expect(log.observe([broken('backing-off', 60_000, breaks)]).opened).toMatchObject([
    { reason: 'connection-lost', toMs: null },
  ]);
});

test('a device that is enabled again has no hole for the time when nobody wanted it', () => {
  const log = new GapLog('a');
  log.observe([session('streaming', 10, 11)]);
  expect(log.forget([owner], 50)).toEqual([{ ...owner, toMs: 50 }]);
  expect(log.forget([owner], 60)).toEqual([]);
  expect(log.observe([session('connecting', 100, null)])).toEqual({ opened: [], closed: [] });
});
