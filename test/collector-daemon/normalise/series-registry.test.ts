import { expect, test } from 'vitest';
import { SeriesRegistry } from '../../../collector-daemon/normalise/series-registry.ts';
import type { DeviceId } from '../../../core/id.ts';
import { leafOne } from '../../support/collection.ts';
import { ManualTime } from '../../support/manual-time.ts';
import { seriesDefinition } from '../../support/sample-batch.ts';

const octets = seriesDefinition(0, leafOne, '/interface[name=e1]/in-octets');

test('a series has one ref, dense from 0; another device, path, kind or unit is another series', () => {
  const registry = new SeriesRegistry();
  const other = { ...octets, deviceId: '0198a000-0000-7000-8000-000000000002' as DeviceId };
  const asked = [
    octets,
    other,
    { ...octets, path: '/x' },
    { ...octets, kind: 'gauge' as const },
    { ...octets, unit: '1' as const },
    octets,
    other,
  ];
  expect(asked.map((series) => registry.refOf(series))).toEqual([0, 1, 2, 3, 4, 0, 1]);
  expect(registry.size).toBe(5);
  expect(registry.definition(3)).toEqual({ ...octets, ref: 3, kind: 'gauge' });
  expect(() => registry.definition(5)).toThrow(/no series has the ref 5/);
});

test('every series is introduced exactly once', () => {
  const registry = new SeriesRegistry();
  registry.refOf(octets);
  registry.refOf({ ...octets, path: '/x' });
  expect(registry.takeIntroduced().map(({ ref }) => ref)).toEqual([0, 1]);
  registry.refOf(octets);
  expect(registry.takeIntroduced()).toEqual([]);
  registry.refOf({ ...octets, path: '/y' });
  expect(registry.takeIntroduced().map(({ ref }) => ref)).toEqual([2]);
});

const minuteMs = 60_000;

test('a series that nobody holds is retired after ten minutes, and gets another ref when it comes back', () => {
  const time = new ManualTime();
  const registry = new SeriesRegistry(time);
  const ref = registry.refOf(octets);
  registry.hold(ref);
  registry.hold(ref);
  time.advance(60 * minuteMs);
  registry.letGo(ref);
  time.advance(60 * minuteMs);
  // Another session holds it.
  expect(registry.takeRetired()).toEqual([]);
  registry.letGo(ref);
  time.advance(9 * minuteMs);
  expect(registry.takeRetired()).toEqual([]);
  // Asked for meanwhile, so it stays for as long again.
  expect(registry.refOf(octets)).toBe(ref);
  time.advance(9 * minuteMs);
  expect(registry.takeRetired()).toEqual([]);
  time.advance(minuteMs);
  expect(registry.takeRetired()).toEqual([ref]);
  expect(registry.takeRetired()).toEqual([]);
  // Rows of it may be on their way still.
  expect(registry.definition(ref)).toEqual(octets);
  registry.takeIntroduced();
  expect(registry.refOf(octets)).toBe(1);
  expect(registry.takeIntroduced()).toEqual([{ ...octets, ref: 1 }]);
  registry.forget([ref]);
  expect(registry.size).toBe(1);
  expect(() => registry.definition(ref)).toThrow(/no series has the ref 0/);
});

test('held again in time, a series is not retired', () => {
  const time = new ManualTime();
  const registry = new SeriesRegistry(time);
  const ref = registry.refOf(octets);
  time.advance(9 * minuteMs);
  registry.hold(ref);
  time.advance(60 * minuteMs);
  expect(registry.takeRetired()).toEqual([]);
  expect(registry.refOf(octets)).toBe(ref);
});
