import { describe, expect, test } from 'vitest';
import {
  expectedIntervalMs,
  SilenceWatch,
} from '../../../../collector-daemon/session/gnmi/silence-watch.ts';
import type { PathSubscription } from '../../../../core/inventory/collection-target.ts';
import { onChange, sampled } from '../../../support/collection.ts';
import { ManualTime } from '../../../support/manual-time.ts';

function watch(subscriptions: readonly PathSubscription[]) {
  const time = new ManualTime();
  const silences: string[] = [];
  const watching = new SilenceWatch(time, subscriptions, (sentence) => silences.push(sentence));
  return { time, silences, watching };
}

describe('the interval at which a target must say something', () => {
  test.each<[string, readonly PathSubscription[], number | null]>([
    ['nothing is subscribed', [], null],
    ['on change', [onChange('/a')], null],
    ['on change with a heartbeat', [onChange('/a', 60_000)], 60_000],
    ['sampled', [sampled('/a', 10_000)], 10_000],
    ['as often as the target can', [sampled('/a', 0)], null],
    ['redundant samples left out', [{ ...sampled('/a'), suppressRedundant: true }], null],
    [
      'redundant samples left out, with a heartbeat',
      [{ ...sampled('/a'), suppressRedundant: true, heartbeatIntervalMs: 30_000 }],
      30_000,
    ],
    ['the shortest counts', [onChange('/a'), sampled('/b', 30_000), sampled('/c', 10_000)], 10_000],
  ])('%s', (_what, subscriptions, expectedMs) => {
    expect(expectedIntervalMs(subscriptions)).toBe(expectedMs);
  });
});

describe('silence', () => {
  test('is noticed after four missed intervals, once', () => {
    const { time, silences, watching } = watch([sampled('/a', 10_000)]);
    watching.heard();
    time.advance(39_999);
    expect(silences).toEqual([]);
    time.advance(1);
    expect(silences).toEqual(['fell silent for 40 s, though it was asked for updates every 10 s']);
    time.advance(1_000_000);
    expect(silences).toHaveLength(1);
  });

  test('short intervals get a patience of 15 s', () => {
    const { time, silences, watching } = watch([sampled('/a', 100)]);
    watching.heard();
    time.advance(14_999);
    expect(silences).toEqual([]);
    time.advance(1);
    expect(silences).toHaveLength(1);
  });

  test('a stream that goes on is never silent', () => {
    const { time, silences, watching } = watch([sampled('/a', 10_000)]);
    for (let beat = 0; beat < 100; beat += 1) {
      watching.heard();
      time.advance(10_000);
    }
    expect(silences).toEqual([]);
  });

  test('a target that never said anything is left alone', () => {
    const { time, silences } = watch([sampled('/a', 10_000)]);
    time.advance(1_000_000);
    expect(silences).toEqual([]);
  });

  test('a disarmed watch says nothing and holds no timer', () => {
    const { time, silences, watching } = watch([sampled('/a')]);
    watching.heard();
    watching.disarm();
    watching.resume();
    expect(time.pending).toBe(0);
    time.advance(1_000_000);
    expect(silences).toEqual([]);
  });

  test('while we do not read, it does not count; afterwards it does', () => {
    const { time, silences, watching } = watch([sampled('/a')]);
    watching.heard();
    watching.suspend();
    watching.suspend();
    time.advance(1_000_000);
    expect(silences).toEqual([]);
    watching.resume();
    time.advance(15_000);
    expect(silences).toHaveLength(1);
  });
});
