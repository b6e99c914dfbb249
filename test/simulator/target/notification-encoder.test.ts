import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { LeafValue } from '../../../core/telemetry/value.ts';
import { Encoding, SubscribeResponse } from '../../../proto/generated/gnmi/gnmi.ts';
import {
  encodePathField,
  NotificationEncoder,
} from '../../../simulator/target/notification-encoder.ts';
import { typedValueOf } from '../../../simulator/target/typed-value.ts';
import { wirePath } from '../gnmi-client.ts';

const leafValue: fc.Arbitrary<LeafValue> = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((value) => ({ kind: 'uint', value }) as const),
  fc
    .bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
    .map((value) => ({ kind: 'int', value }) as const),
  fc.double({ noNaN: true }).map((value) => ({ kind: 'double', value }) as const),
  fc.boolean().map((value) => ({ kind: 'bool', value }) as const),
  fc.string({ unit: 'grapheme' }).map((value) => ({ kind: 'text', value }) as const),
);

it('writes what the generated decoder reads back', () => {
  const encoder = new NotificationEncoder();
  const path = wirePath('/interface[name=Ethernet1/1]/state/x');
  const update = fc.record({ value: leafValue, duplicates: fc.nat() });
  fc.assert(
    fc.property(fc.array(update), fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }), (updates, at) => {
      const prefix = wirePath('/interfaces', { target: 'leaf-01' });
      encoder.begin({ timestampNs: at, prefix, deletes: [path] });
      const expected = updates.map(({ value, duplicates }) => {
        const val = typedValueOf(value, Encoding.PROTO, 64);
        encoder.update(encodePathField(path), val, duplicates);
        return { path, value: undefined, val, duplicates };
      });
      expect(SubscribeResponse.decode(encoder.finish())).toEqual({
        response: {
          $case: 'update',
          value: { timestamp: at, prefix, update: expected, delete: [path], atomic: false },
        },
        extension: [],
      });
    }),
  );
});

it.each<{ name: string; value: LeafValue; bits: 32 | 64; json: string }>([
  {
    name: 'a wide integer',
    value: { kind: 'uint', value: 2n ** 64n - 1n },
    bits: 64,
    json: '"18446744073709551615"',
  },
  { name: 'a narrow integer', value: { kind: 'uint', value: 9_216n }, bits: 32, json: '9216' },
  { name: 'a double', value: { kind: 'double', value: -1.25 }, bits: 64, json: '"-1.25"' },
  {
    name: 'a decimal',
    value: { kind: 'decimal', digits: -125n, precision: 2 },
    bits: 64,
    json: '"-1.25"',
  },
  { name: 'a boolean', value: { kind: 'bool', value: true }, bits: 64, json: 'true' },
  {
    name: 'a list',
    value: { kind: 'list', items: [{ kind: 'text', value: 'a' }] },
    bits: 64,
    json: '["a"]',
  },
])('writes $name as JSON_IETF', ({ value, bits, json }) => {
  const typed = typedValueOf(value, Encoding.JSON_IETF, bits).value;
  if (typed?.$case !== 'jsonIetfVal') throw new Error(`not JSON_IETF: ${typed?.$case}`);
  expect(Buffer.from(typed.value).toString('utf8')).toBe(json);
});

it.each<{ name: string; value: LeafValue; json: string }>([
  {
    name: 'a wide integer',
    value: { kind: 'uint', value: 2n ** 64n - 1n },
    json: '18446744073709551615',
  },
  {
    name: 'a negative one',
    value: { kind: 'int', value: -(2n ** 63n) },
    json: '-9223372036854775808',
  },
  { name: 'a double', value: { kind: 'double', value: -1.25 }, json: '-1.25' },
  { name: 'a double that is none', value: { kind: 'double', value: Number.NaN }, json: 'null' },
  { name: 'a decimal', value: { kind: 'decimal', digits: -125n, precision: 2 }, json: '-1.25' },
  { name: 'a boolean', value: { kind: 'bool', value: true }, json: 'true' },
  { name: 'a text', value: { kind: 'text', value: '4.20"' }, json: '"4.20\\""' },
  { name: 'bytes', value: { kind: 'bytes', value: new Uint8Array([255, 0]) }, json: '"/wA="' },
  {
    name: 'a list',
    value: {
      kind: 'list',
      items: [
        { kind: 'uint', value: 1n },
        { kind: 'text', value: 'a' },
      ],
    },
    json: '[1,"a"]',
  },
])('writes $name as JSON', ({ value, json }) => {
  const typed = typedValueOf(value, Encoding.JSON, 64).value;
  if (typed?.$case !== 'jsonVal') throw new Error(`not JSON: ${typed?.$case}`);
  expect(Buffer.from(typed.value).toString('utf8')).toBe(json);
});
