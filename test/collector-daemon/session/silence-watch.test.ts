import { describe, expect, test } from 'vitest';
import {
  expectedIntervalMs,
  SilenceWatch,
} from '../../../collector-daemon/session/silence-watch.ts';
import type { PathSubscription } from '../../../core/inventory/collection-target.ts';
import { onChange, sampled } from '../../support/collection.ts';
import { ManualTime } from '../../support/manual-time.ts';
import { pathOf } from '../../support/paths.ts';

function watch(
  subscriptions: readonly PathSubscription[],
  patience = 1,
  steady: () => void = () => {},
) {
  const time = new ManualTime();
  let behindMs = 0;
  const silences: string[] = [];
  const watching = new SilenceWatch({
    clock: { nowMs: () => time.nowMs() + behindMs },
    timers: time,
    subscriptions,
    silent: (sentence) => silences.push(sentence),
    patience,
    steady,
  });
  const heard = (path = '/a/b') =>
    watching.heard({
      kind: 'update',
      timestampNs: 0n,
      receivedAtMs: 0,
      atomicUnder: null,
      deletes: [],
      updates: [{ path: pathOf(path), value: { kind: 'uint', value: 1n }, duplicates: 0 }],
      undecodable: 0,
    });
  /** The next timer runs so much later than it was due. */
  const standStill = (ms: number) => {
    behindMs += ms;
    time.advance(3_750);
  };
  return { time, silences, watching, heard, standStill };
}

/** The same, with its initial set. */
function synced(subscriptions: readonly PathSubscription[], ...paths: readonly string[]) {
  const watched = watch(subscriptions);
  for (const path of paths) watched.heard(path);
  watched.watching.synced();
  return watched;
}

describe('the interval at which a target must say something', () => {
  test.each<[string, PathSubscription, number | null]>([
    ['on change', onChange('/a'), null],
    ['on change with a heartbeat', onChange('/a', 60_000), 60_000],
    ['sampled', sampled('/a', 10_000), 10_000],
    ['as often as the target can', sampled('/a', 0), null],
    ['redundant samples left out', { ...sampled('/a'), suppressRedundant: true }, null],
    [
      'redundant samples left out, with a heartbeat',
      { ...sampled('/a'), suppressRedundant: true, heartbeatIntervalMs: 30_000 },
      30_000,
    ],
  ])('%s', (_what, subscription, expectedMs) => {
    expect(expectedIntervalMs(subscription)).toBe(expectedMs);
  });
});

describe('silence', () => {
  test('is noticed after four missed intervals, once', () => {
    const { time, silences, heard } = synced([sampled('/a', 10_000)]);
    heard();
    time.advance(39_999);
    expect(silences).toEqual([]);
    time.advance(1);
    expect(silences).toEqual(['fell silent for 40 s, though it was asked for updates every 10 s']);
    time.advance(1_000_000);
    expect(silences).toHaveLength(1);
  });

  test('short intervals get a patience of 15 s', () => {
    const { time, silences, heard } = synced([sampled('/a', 100)]);
    heard();
    time.advance(14_999);
    expect(silences).toEqual([]);
    time.advance(1);
    expect(silences).toHaveLength(1);
  });

  test('more patience is so many times as long', () => {
    const { time, silences, watching, heard } = watch([sampled('/a', 10_000)], 4);
    heard();
    watching.synced();
    time.advance(159_999);
    expect(silences).toEqual([]);
    time.advance(1);
    expect(silences).toEqual([expect.stringMatching(/^fell silent for 160 s/)]);
  });

  test('right after sync is noticed, where the initial set had something to sample', () => {
    const { time, silences } = synced([sampled('/a', 10_000)], '/a/b');
    time.advance(40_000);
    expect(silences).toHaveLength(1);
  });

  test('a stream that goes on is never silent', () => {
    const { time, silences, heard } = synced([sampled('/a', 10_000)]);
    for (let beat = 0; beat < 100; beat += 1) {
      heard();
      time.advance(10_000);
    }
    expect(silences).toEqual([]);
  });

  test.each([
    ['never said anything', []],
    ['has no data for what is to be sampled', ['/c/d']],
  ])('a target that %s is left alone', (_what, paths) => {
    const { time, silences, heard } = synced([sampled('/a'), onChange('/c')], ...paths);
    for (const path of paths) heard(path);
    time.advance(1_000_000);
    expect(silences).toEqual([]);
  });

  test('is that of the paths that have data: one without is not waited for', () => {
    const { time, silences, heard } = synced(
      [sampled('/none', 1_000), sampled('/a', 60_000)],
      '/a/b',
    );
    for (let beat = 0; beat < 10; beat += 1) {
      time.advance(60_000);
      heard();
    }
    expect(silences).toEqual([]);
    time.advance(480_000);
    expect(silences).toEqual([expect.stringMatching(/updates every 60 s$/)]);
  });

  test('is not hidden by changes of other paths', () => {
    const { time, silences, heard } = synced(
      [sampled('/a', 10_000), onChange('/c')],
      '/a/b',
      '/c/d',
    );
    for (let beat = 0; beat < 4; beat += 1) {
      time.advance(10_000);
      heard('/c/d');
    }
    expect(silences).toHaveLength(1);
  });

  test('a path that gets data later is waited for from then on', () => {
    const { time, silences, heard } = synced([sampled('/a', 10_000), sampled('/b', 10_000)]);
    heard('/a/b');
    time.advance(40_000);
    expect(silences).toHaveLength(1);
  });

  test('a disarmed watch says nothing and holds no timer', () => {
    const { time, silences, watching } = synced([sampled('/a')], '/a/b');
    watching.disarm();
    watching.resume();
    expect(time.pending).toBe(0);
    time.advance(1_000_000);
    expect(silences).toEqual([]);
  });

  test('while we do not read, it does not count; afterwards it does', () => {
    const { time, silences, watching } = synced([sampled('/a')], '/a/b');
    watching.suspend();
    watching.suspend();
    time.advance(1_000_000);
    expect(silences).toEqual([]);
    watching.resume();
    time.advance(15_000);
    expect(silences).toHaveLength(1);
  });

  test('does not count either where what we were just hearing made us stop', () => {
    const { time, silences, watching, heard } = synced([sampled('/a')]);
    watching.suspend();
    heard();
    expect(time.pending).toBe(0);
    watching.resume();
    expect(time.pending).toBe(1);
    time.advance(15_000);
    expect(silences).toHaveLength(1);
    expect(time.pending).toBe(0);
  });

  test('has one timer at most, however often we stop and go on', () => {
    const { time, watching, heard } = synced([sampled('/a')], '/a/b');
    for (let round = 0; round < 3; round += 1) {
      watching.suspend();
      watching.resume();
      watching.resume();
      heard();
      watching.synced();
      expect(time.pending).toBe(1);
    }
    watching.disarm();
    watching.suspend();
    watching.resume();
    expect(time.pending).toBe(0);
  });

  test('before the end of the initial set is noticed as well, with more patience for its parts', () => {
    const { time, silences, heard } = watch([sampled('/a', 1_000)]);
    heard();
    time.advance(23_999);
    expect(silences).toEqual([]);
    time.advance(6_001);
    expect(silences).toEqual(['fell silent for 24 s, though it was asked for updates every 1 s']);
  });

  test('is noticed within a quarter more than the patience, whenever the last update came', () => {
    for (const lastMs of [1, 3_749, 3_750, 7_500, 14_999]) {
      const { time, silences, heard } = synced([sampled('/a', 1_000)], '/a/b');
      for (let beat = 0; beat < 20; beat += 1) {
        time.advance(1_000);
        heard();
      }
      time.advance(lastMs);
      heard();
      time.advance(14_999);
      expect(silences).toEqual([]);
      time.advance(3_751);
      expect(silences).toHaveLength(1);
    }
  });

  test('is not the target’s where we stood still ourselves', () => {
    const { time, silences, heard, standStill } = synced([sampled('/a', 1_000)], '/a/b');
    standStill(50_000);
    expect(silences).toEqual([]);
    heard();
    time.advance(15_000);
    expect(silences).toEqual([]);
    time.advance(3_750);
    expect(silences).toHaveLength(1);
  });

  test('needs no more patience than usual once the target has kept its interval for a while', () => {
    const steady: number[] = [];
    const { time, silences, watching, heard } = watch([sampled('/a', 1_000)], 8, () =>
      steady.push(time.nowMs()),
    );
    heard();
    watching.synced();
    for (let second = 0; second < 300; second += 1) {
      time.advance(1_000);
      heard();
    }
    expect(steady).toHaveLength(1);
    time.advance(18_750);
    expect(silences).toEqual([expect.stringMatching(/^fell silent for 15 s/)]);
  });
});
