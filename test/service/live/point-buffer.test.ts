import { expect, test } from 'vitest';
import { PointBuffer } from '../../../service/live/point-buffer.ts';
import { leafOne } from '../../support/collection.ts';
import { sampleBatch, seriesDefinition } from '../../support/sample-batch.ts';

const octets = seriesDefinition(0, leafOne, '/a/in-octets');
const status = seriesDefinition(1, leafOne, '/a/oper-status', { kind: 'state' });
const stranger = seriesDefinition(2, leafOne, '/b/in-octets');
const series = [octets, status, stranger];

function buffer(asked: 'value' | 'rate' = 'value') {
  const places = new Map([
    [octets, 0],
    [status, 1],
  ]);
  const points = new PointBuffer(asked, (definition) => places.get(definition));
  const add = (parts: Parameters<typeof sampleBatch>[0]) =>
    points.add(sampleBatch(parts), (ref) => series[ref]);
  return { points, add };
}

test('values and rates of the series asked for; of others it says that they are there', () => {
  const numbers = [
    { ref: 0, timeUs: 1_000, value: 5, delta: 3, spanMs: 1_000 },
    { ref: 2, timeUs: 2_000, value: 6 },
    { ref: 0, timeUs: 3_000, value: 7 },
  ];
  const { points, add } = buffer('rate');
  expect(add({ numbers })).toEqual([stranger]);
  expect(points.take()).toEqual({
    kind: 'points',
    series: [0, 0],
    timesMs: [1, 3],
    values: [3, null],
  });
  expect(points.length).toBe(0);
});

test('a line breaks where its series ends, and nowhere else', () => {
  const { points, add } = buffer();
  const ends = [
    { ref: 0, timeUs: 2_000 },
    { ref: 0, timeUs: 3_000, withdrawn: true },
    { ref: 1, timeUs: 2_000 },
    { ref: 2, timeUs: 2_000 },
    { ref: 9, timeUs: 2_000 },
  ];
  expect(add({ numbers: [{ ref: 0, timeUs: 1_000, value: 5 }], ends })).toEqual([]);
  expect(points.take()).toMatchObject({ series: [0, 0], timesMs: [1, 2], values: [5, null] });
});
