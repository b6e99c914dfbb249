import { expect, test } from 'vitest';
import { SessionMeter } from '../../../collector-daemon/session/session-meter.ts';
import type { LeafUpdate, Notification } from '../../../core/telemetry/notification.ts';
import { pathOf } from '../../support/paths.ts';

const leaf: LeafUpdate = {
  path: pathOf('/a'),
  value: { kind: 'uint', value: 1n },
  duplicates: 0,
};

function update(receivedAtMs: number, count: number, timestampNs = 0n): Notification {
  return {
    kind: 'update',
    timestampNs,
    receivedAtMs,
    atomicUnder: null,
    deletes: [],
    updates: Array.from({ length: count }, () => leaf),
    undecodable: 0,
  };
}

test('updates a second are those of the last ten whole seconds', () => {
  const meter = new SessionMeter();
  for (let second = 100; second < 120; second += 1) meter.count(update(second * 1_000, 30));
  expect(meter.updatesPerSecond(119_500)).toBe(30);
  expect(meter.updatesPerSecond(124_000)).toBe(18);
  expect(meter.updatesPerSecond(500_000)).toBe(0);
  meter.count(update(600_000, 70));
  expect(meter.updatesPerSecond(600_900)).toBe(0);
  expect(meter.updatesPerSecond(601_000)).toBe(7);
  expect(meter.updatesTotal).toBe(670);
  expect(meter.lastUpdateAtMs).toBe(600_000);
});

test('a session just begun is measured over the seconds it has had', () => {
  const meter = new SessionMeter();
  meter.count(update(100_900, 50));
  expect(meter.updatesPerSecond(100_950)).toBe(0);
  expect(meter.updatesPerSecond(102_000)).toBe(25);
});

test('the way is measured once synced, for initial states are as old as their last change', () => {
  const meter = new SessionMeter();
  meter.count(update(10_000, 1, 1_000_000_000n));
  expect(meter.lagMs).toBeNull();
  meter.count({ kind: 'sync', receivedAtMs: 10_001, refused: [] });
  meter.count(update(12_000, 1, 11_990_000_000n));
  expect([meter.lagMs, meter.synced]).toEqual([10, true]);
  meter.count(update(12_500, 1));
  expect(meter.lagMs).toBe(10);
  meter.count({ kind: 'gap', receivedAtMs: 13_000, reason: 'it ended' });
  expect(meter.synced).toBe(false);
});

test('a clock that is set back starts the rate anew', () => {
  const meter = new SessionMeter();
  for (let second = 100; second < 110; second += 1) meter.count(update(second * 1_000, 30));
  expect(meter.updatesPerSecond(50_000)).toBe(0);
  for (let second = 50; second < 55; second += 1) meter.count(update(second * 1_000, 10));
  expect(meter.updatesPerSecond(55_000)).toBe(10);
});
