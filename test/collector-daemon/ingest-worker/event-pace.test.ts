import { expect, test } from 'vitest';
import { EventPace } from '../../../collector-daemon/ingest-worker/event-pace.ts';
import { ManualTime } from '../../support/manual-time.ts';

test('the first is told at once, then one a minute with all that came since', () => {
  const time = new ManualTime();
  const pace = new EventPace(time);
  const told: number[] = [];
  for (let second = 0; second < 121; second += 1) {
    const samples = pace.count(10);
    if (samples !== null) told.push(samples);
    time.advance(1_000);
  }
  expect(told).toEqual([10, 600, 600]);
});
