import { describe, expect, test } from 'vitest';
import { NewestOutlet } from '../../../collector-daemon/sink/newest-outlet.ts';
import { ManualTime } from '../../support/manual-time.ts';

/** Asks every second for a minute; a flush takes `takesMs`. Answers the seconds at which it flushed. */
async function flushedAt(takesMs: number): Promise<number[]> {
  const time = new ManualTime(0);
  const flushed: number[] = [];
  const outlet = new NewestOutlet(time, () => {
    flushed.push(Math.floor(time.nowMs() / 1_000));
    time.advance(takesMs);
    return Promise.resolve();
  });
  while (time.nowMs() < 60_000) {
    await outlet.run();
    time.advance(1_000);
  }
  return flushed;
}

describe('flushing newest values', () => {
  test('is done whenever it is asked for while that is cheap', async () => {
    expect(await flushedAt(10)).toHaveLength(60);
  });

  test('takes no more than a tenth of the time where it is dear', async () => {
    expect(await flushedAt(1_000)).toEqual([0, 10, 20, 30, 40, 50]);
  });

  test('is never put off for more than half a minute', async () => {
    expect(await flushedAt(10_000)).toEqual([0, 40]);
  });

  test('is not put off by a clock that was set back', async () => {
    let nowMs = 10_000_000;
    let flushes = 0;
    const outlet = new NewestOutlet({ nowMs: () => nowMs }, () => {
      flushes += 1;
      nowMs += 1_000;
      return Promise.resolve();
    });
    await outlet.run();
    await outlet.run();
    nowMs -= 3_600_000;
    await outlet.run();
    expect(flushes).toBe(2);
  });
});
