import { expect, test } from 'vitest';
import { droppedRows } from '../../../collector-daemon/sink/dropped-rows.ts';
import type { DeviceId } from '../../../core/id.ts';
import { leafOne } from '../../support/collection.ts';
import { sampleBatch, seriesDefinition } from '../../support/sample-batch.ts';

const leafTwo = '0198a000-0000-7000-8000-000000000002' as DeviceId;
const series = [
  seriesDefinition(0, leafOne, '/a'),
  seriesDefinition(1, leafTwo, '/a'),
  seriesDefinition(2, leafTwo, '/state', { kind: 'state', unit: '1' }),
];

test('lost rows are a hole of each device, as long as they reach and no longer', () => {
  const numbers = [
    { ref: 0, timeUs: 5_000_000, value: 1, receivedMs: 9_000 },
    { ref: 1, timeUs: 8_000_000, value: 1, receivedMs: 9_000 },
    { ref: 0, timeUs: 4_000_000, value: 1, receivedMs: 9_000 },
  ];
  // It went up long ago, and was told now.
  const texts = [{ ref: 2, timeUs: 1_000_000, value: 'UP', receivedMs: 8_500 }];
  const slice = sampleBatch({ numbers, texts, ends: [{ ref: 0, timeUs: 1 }] });
  expect(droppedRows(slice, (ref) => series[ref]!)).toEqual([
    { deviceId: leafOne, fromMs: 4_000, toMs: 5_000, lost: 2 },
    { deviceId: leafTwo, fromMs: 8_000, toMs: 8_500, lost: 2 },
  ]);
});
