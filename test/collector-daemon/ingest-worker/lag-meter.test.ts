import { expect, test } from 'vitest';
import { LagMeter } from '../../../collector-daemon/ingest-worker/lag-meter.ts';
import { sampleBatch } from '../../support/sample-batch.ts';

function aged(ages: readonly number[]) {
  const numbers = ages.map((ageMs) => ({ ref: 0, timeUs: (1_000_000 - ageMs) * 1_000, value: 1 }));
  return { ...sampleBatch({ numbers }), sealedAtMs: 1_000_000 };
}

test('the lag is the 95th percentile of the last ten seconds', () => {
  const meter = new LagMeter();
  expect(meter.read(1_000_000)).toBeNull();
  meter.measure(aged(Array.from({ length: 20 }, (_, at) => at + 1)));
  meter.measure(aged(Array.from({ length: 20 }, () => 3)));
  expect(meter.read(1_009_999)).toBe(19);
  expect(meter.read(1_010_000)).toBeNull();
});

test('a large batch is sampled', () => {
  const meter = new LagMeter();
  meter.measure(aged(Array.from({ length: 10_000 }, () => 7)));
  expect(meter.read(1_000_000)).toBe(7);
});

test('texts say nothing of the way', () => {
  const meter = new LagMeter();
  meter.measure(sampleBatch({ texts: [{ ref: 0, timeUs: 1, value: 'UP' }] }));
  expect(meter.read(1_000_000)).toBeNull();
});

test('what was measured before the clock was set back is forgotten', () => {
  const meter = new LagMeter();
  meter.measure(aged([7]));
  expect(meter.read(400_000)).toBeNull();
  expect(meter.read(1_000_000)).toBeNull();
});

test('a device whose clock is ahead does not hide how long its samples wait here', () => {
  const meter = new LagMeter();
  const numbers = [{ ref: 0, timeUs: 1_060_000_000, value: 1, receivedMs: 999_800 }];
  meter.measure({ ...sampleBatch({ numbers }), sealedAtMs: 1_000_000 });
  expect(meter.read(1_000_000)).toBe(200);
});
