import { describe, expect, test } from 'vitest';
import {
  decodeLegacyValue,
  decodeTypedValue,
  undecodable,
} from '../../../../collector-daemon/session/gnmi/value-codec.ts';
import type { LeafValue } from '../../../../core/telemetry/value.ts';
import { Encoding, TypedValue } from '../../../../proto/generated/gnmi/gnmi.ts';
import { jsonIetf, typed } from '../../../support/wire.ts';

const text = (value: string): LeafValue => ({ kind: 'text', value });
const uint = (value: bigint): LeafValue => ({ kind: 'uint', value });
const bytes = (...values: number[]) => Uint8Array.from(values);
const listOf = (...element: TypedValue[]) => typed({ $case: 'leaflistVal', value: { element } });
const string = (value: string) => typed({ $case: 'stringVal', value });

describe('every kind of value', () => {
  test.each<[TypedValue, LeafValue]>([
    [string('UP'), text('UP')],
    [string(''), text('')],
    [string('42'), text('42')],
    [typed({ $case: 'intVal', value: -(2n ** 63n) }), { kind: 'int', value: -(2n ** 63n) }],
    [typed({ $case: 'uintVal', value: 2n ** 64n - 1n }), uint(2n ** 64n - 1n)],
    [typed({ $case: 'boolVal', value: false }), { kind: 'bool', value: false }],
    [typed({ $case: 'bytesVal', value: bytes(0, 255) }), { kind: 'bytes', value: bytes(0, 255) }],
    [typed({ $case: 'floatVal', value: 0.5 }), { kind: 'double', value: 0.5 }],
    [typed({ $case: 'doubleVal', value: -1e300 }), { kind: 'double', value: -1e300 }],
    [
      typed({ $case: 'decimalVal', value: { digits: -1234n, precision: 2 } }),
      { kind: 'decimal', digits: -1234n, precision: 2 },
    ],
    [typed({ $case: 'asciiVal', value: 'show' }), text('show')],
    [
      listOf(string('a'), typed({ $case: 'uintVal', value: 1n })),
      { kind: 'list', items: [text('a'), uint(1n)] },
    ],
    [listOf(jsonIetf('"7"')), { kind: 'list', items: [uint(7n)] }],
    [listOf(), { kind: 'list', items: [] }],
  ])('$value.$case', (value, expected) => {
    const overTheWire = TypedValue.decode(TypedValue.encode(value).finish());
    expect(decodeTypedValue(overTheWire)).toEqual([{ below: [], value: expected }]);
  });

  test.each<[string, TypedValue]>([
    ['nothing set', { value: undefined }],
    ['Any', typed({ $case: 'anyVal', value: { typeUrl: 'x', value: bytes(1) } })],
    ['a protobuf message', typed({ $case: 'protoBytes', value: bytes(8, 1) })],
    ['JSON that is cut short', jsonIetf('{"a":')],
    ['JSON with bytes that are no UTF-8', typed({ $case: 'jsonVal', value: bytes(34, 255, 34) })],
    ['empty JSON', jsonIetf('')],
    ['JSON too deep', jsonIetf('{"a":'.repeat(100) + '1' + '}'.repeat(100))],
    [
      'a hostile precision',
      typed({ $case: 'decimalVal', value: { digits: 1n, precision: 2 ** 32 - 1 } }),
    ],
    ['a list in a list', listOf(listOf(string('a')))],
    ['a JSON list in a list', listOf(jsonIetf('[1]'))],
    ['a list with an item that is not set', listOf(string('a'), { value: undefined })],
    ['a list with a JSON object', listOf(jsonIetf('{"a":1}'))],
  ])('%s is one leaf without a value', (_what, value) => {
    expect(decodeTypedValue(value)).toEqual(undecodable);
  });
});

describe('values of targets before gNMI 0.4', () => {
  const utf8 = new TextEncoder();
  test.each([
    [
      Encoding.JSON,
      '{"a":1}',
      [{ below: [{ name: 'a', keys: {} }], value: uint(1n), written: '1' }],
    ],
    [Encoding.JSON_IETF, '"7"', [{ below: [], value: uint(7n), quoted: '7' }]],
    [Encoding.ASCII, 'UP', [{ below: [], value: text('UP') }]],
    [Encoding.BYTES, 'x', [{ below: [], value: { kind: 'bytes', value: bytes(120) } }]],
    [Encoding.PROTO, 'x', undecodable],
  ])('type %d', (type, content, expected) => {
    expect(decodeLegacyValue({ type, value: utf8.encode(content) })).toEqual(expected);
  });
});
