import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DeviceId } from '../../../core/id.ts';
import {
  codecOf,
  decodeSamplePayload,
  encodeSamplePayload,
} from '../../../core/telemetry/sample-codec.ts';
import { arbitraryBatch } from '../../support/arbitrary-samples.ts';
import { holds } from '../../support/property.ts';
import { sampleBatch, seriesDefinition } from '../../support/sample-batch.ts';

const leaf = '0198a000-0000-7000-8000-000000000001' as DeviceId;
const batch = sampleBatch({
  introduces: [seriesDefinition(0, leaf, '/a[name=Ethernet1/1]/b')],
  numbers: [{ ref: 0, timeUs: 1.8e15, value: 0.1 }],
  texts: [{ ref: 0, timeUs: 1.8e15, value: 'ü\ud800' }],
});
const bytes = encodeSamplePayload(batch);
const f64 = (value: number) => Buffer.from(Float64Array.of(value).buffer).toString('hex');

describe('a payload of samples', () => {
  test('is read back as it was written', () => {
    holds([arbitraryBatch], (arbitrary) => {
      const { introduces } = arbitrary;
      // Receive times go in the header.
      const { receivedMs: _numbers, ...numbers } = arbitrary.numbers;
      const { receivedMs: _texts, ...texts } = arbitrary.texts;
      const { receivedMs: _ends, ...ends } = arbitrary.ends;
      const decoded = decodeSamplePayload(encodeSamplePayload(arbitrary));
      expect(decoded).toEqual({ ok: true, value: { introduces, numbers, texts, ends } });
    });
  });

  test('is read at any offset of a larger buffer', () => {
    for (let offset = 0; offset < 8; offset += 1) {
      const larger = new Uint8Array(bytes.length + offset);
      larger.set(bytes, offset);
      expect(decodeSamplePayload(larger.subarray(offset)).ok).toBe(true);
    }
  });

  test('is written from columns that are views of larger ones', () => {
    const column = Float64Array.of(1, 2, 3).subarray(1, 2);
    const view = { ...batch, numbers: { ...batch.numbers, value: column } };
    const decoded = decodeSamplePayload(encodeSamplePayload(view));
    expect(decoded.ok && [...decoded.value.numbers.value]).toEqual([2]);
  });

  test('has the layout that other programs were told', () => {
    const small = encodeSamplePayload(
      sampleBatch({
        numbers: [{ ref: 1, timeUs: 2, value: 3, delta: 4, spanMs: 5, quality: 6 }],
        texts: [{ ref: 7, timeUs: 8, value: 'x' }],
      }),
    );
    expect(Buffer.from(small).toString('hex')).toBe(
      [
        `02000000${Buffer.from('[]').toString('hex')}`,
        `0100000001000000${f64(2)}${f64(3)}${f64(4)}050000000600`,
        `0100000007000000${f64(8)}`,
        `05000000${Buffer.from('["x"]').toString('hex')}`,
      ].join(''),
    );
  });

  test('has its ends behind all that programs read which do not know them', () => {
    const parts = { numbers: [{ ref: 1, timeUs: 2, value: 3 }] };
    const plain = sampleBatch(parts);
    const ended = sampleBatch({
      ...parts,
      ends: [
        { ref: 7, timeUs: 8 },
        { ref: 9, timeUs: 10, withdrawn: true },
      ],
    });
    expect([codecOf(plain), codecOf(ended)]).toEqual(['columns-1', 'columns-1.1']);
    const encode = (batch: typeof plain) => Buffer.from(encodeSamplePayload(batch)).toString('hex');
    expect(encode(ended)).toBe(`${encode(plain)}020000000700000009000000${f64(8)}${f64(10)}0001`);
  });
});

describe('a payload that is not one', () => {
  test('cut short anywhere it is refused', () => {
    const lengths = Array.from(bytes, (_, length) => length);
    expect(lengths.filter((length) => decodeSamplePayload(bytes.subarray(0, length)).ok)).toEqual(
      [],
    );
  });

  test('with anything behind it, it is refused', () => {
    expect(decodeSamplePayload(Uint8Array.of(...bytes, 0))).toEqual({
      ok: false,
      problem: 'the frame cannot be read (it is cut short)',
    });
    expect(decodeSamplePayload(Uint8Array.of(...bytes, 0, 0, 0, 0, 0))).toEqual({
      ok: false,
      problem: 'the frame is longer than it says',
    });
  });

  test('arbitrary bytes never throw', () => {
    holds([fc.uint8Array({ maxLength: 80 })], (garbage) => {
      expect(decodeSamplePayload(garbage)).toHaveProperty('ok');
    });
  });

  test.each([
    ['a dictionary that is no array', { introduces: { length: 0 } }],
    ['a definition that is null', { introduces: [null] }],
    ['a definition without a path', { introduces: [{ ref: 0, deviceId: leaf }] }],
    ['a ref that is no index', { introduces: [{ ref: -1, deviceId: leaf, path: '/a' }] }],
    ['texts that are one text', { texts: { ...batch.texts, value: 'x' } }],
    ['a text that is a number', { texts: { ...batch.texts, value: [5] } }],
    ['too few texts', { texts: { ...batch.texts, value: [] } }],
  ])('%s is refused', (_what, part) => {
    expect(decodeSamplePayload(encodeSamplePayload({ ...batch, ...(part as object) })).ok).toBe(
      false,
    );
  });
});
