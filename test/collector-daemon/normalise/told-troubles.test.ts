import { expect, test } from 'vitest';
import { zeroNormaliseCounters } from '../../../collector-daemon/normalise/normalise-counters.ts';
import { Normaliser } from '../../../collector-daemon/normalise/normaliser.ts';
import { SeriesRegistry } from '../../../collector-daemon/normalise/series-registry.ts';
import type { DataTrouble } from '../../../core/telemetry/data-trouble.ts';
import type { Notification } from '../../../core/telemetry/notification.ts';
import { leafOne } from '../../support/collection.ts';
import { pathOf } from '../../support/paths.ts';
import { RecordedSamples } from '../../support/recorded-samples.ts';

const nowMs = Date.UTC(2026, 10, 21, 12);

/** What is told of one update with these paths, after another one of `/system/state/a`. */
function toldOf(paths: readonly string[], rest: Partial<Notification> = {}): DataTrouble[] {
  const told: DataTrouble[] = [];
  const normaliser = new Normaliser({
    deviceId: leafOne,
    registry: new SeriesRegistry(),
    writer: new RecordedSamples(),
    counters: zeroNormaliseCounters(),
    maxSeries: 2,
    wanted: ({ elems }) => elems[0]!.name === 'system',
    troubles: { noticed: (trouble) => told.push(trouble) },
  });
  const update = (texts: readonly string[]): Notification => ({
    kind: 'update',
    timestampNs: BigInt(nowMs) * 1_000_000n,
    receivedAtMs: nowMs,
    atomicUnder: null,
    deletes: [],
    updates: texts.map((text) => ({
      path: pathOf(text),
      value: { kind: 'uint', value: 1n },
      duplicates: 0,
    })),
    undecodable: 0,
  });
  normaliser.accept(update(['/system/state/a']));
  normaliser.accept({ ...update(paths), ...rest } as Notification);
  return told;
}

const atMs = nowMs;

test('a sample that is stored tells nothing', () => {
  expect(toldOf(['/system/state/a', '/system/state/b'])).toEqual([]);
});

test('each leaf that nobody asked for is told with its path', () => {
  expect(toldOf(['/interfaces/x', '/system/state/b'])).toEqual([
    { kind: 'filtered', path: '/interfaces/x', count: 1, atMs },
  ]);
});

test('each leaf beyond the limit is told with its path', () => {
  expect(toldOf(['/system/state/b', '/system/state/c', '/system/state/d'])).toEqual([
    { kind: 'over-limit', path: '/system/state/c', count: 1, atMs },
    { kind: 'over-limit', path: '/system/state/d', count: 1, atMs },
  ]);
});

test('values that no decoder knew are told with their paths, and without where there is none', () => {
  const undecodedAt = [pathOf('/system/state/x')];
  expect(toldOf([], { undecodable: 3, undecodedAt })).toEqual([
    { kind: 'undecodable', path: '/system/state/x', count: 1, atMs },
    { kind: 'undecodable', path: null, count: 2, atMs },
  ]);
});

test('a refused stamp is told with what the device said', () => {
  const value = '1970-01-02T00:00:00.000Z, 20777 d 12 h behind ours';
  expect(toldOf([], { timestampNs: BigInt(Date.UTC(1970, 0, 2)) * 1_000_000n })).toEqual([
    { kind: 'clock-fault', path: null, count: 1, atMs, value },
  ]);
  expect(toldOf([], { timestampNs: 2n ** 63n - 1n })).toMatchObject([
    { kind: 'clock-fault', value: '2262-04-11T23:47:16.854Z, 85973 d 12 h ahead of ours' },
  ]);
});

test('what was found out while decoding is told on', () => {
  const trouble: DataTrouble = { kind: 'ambiguous-keys', path: '/system/list', count: 3, atMs };
  expect(toldOf([], { troubles: [trouble] })).toEqual([trouble]);
});
