/** A leaf's value as gNMI's TypedValue, in the encoding that the client asked for. */
import { textOf, type LeafValue } from '../../core/telemetry/value.ts';
import { Encoding, type TypedValue } from '../../proto/generated/gnmi/gnmi.ts';

export type ServedEncoding =
  | typeof Encoding.PROTO
  | typeof Encoding.JSON_IETF
  | typeof Encoding.JSON;

/** JSON is the least that a target must serve (gNMI §2.3.1), and what most clients ask for by themselves. */
export const servedEncodings: readonly ServedEncoding[] = [
  Encoding.PROTO,
  Encoding.JSON_IETF,
  Encoding.JSON,
];

const utf8 = new TextEncoder();

export function typedValueOf(
  value: LeafValue,
  encoding: ServedEncoding,
  integerBits: 32 | 64,
): TypedValue {
  switch (encoding) {
    case Encoding.PROTO:
      return protoValueOf(value);
    case Encoding.JSON_IETF: {
      const json = JSON.stringify(jsonIetfOf(value, integerBits));
      return { value: { $case: 'jsonIetfVal', value: utf8.encode(json) } };
    }
    case Encoding.JSON:
      return { value: { $case: 'jsonVal', value: utf8.encode(jsonTextOf(value)) } };
    default:
      return encoding satisfies never;
  }
}

function protoValueOf(value: LeafValue): TypedValue {
  switch (value.kind) {
    case 'int':
      return { value: { $case: 'intVal', value: value.value } };
    case 'uint':
      return { value: { $case: 'uintVal', value: value.value } };
    case 'double':
      return { value: { $case: 'doubleVal', value: value.value } };
    case 'decimal':
      return {
        value: {
          $case: 'decimalVal',
          value: { digits: value.digits, precision: value.precision },
        },
      };
    case 'bool':
      return { value: { $case: 'boolVal', value: value.value } };
    case 'text':
      return { value: { $case: 'stringVal', value: value.value } };
    case 'bytes':
      return { value: { $case: 'bytesVal', value: value.value } };
    case 'list':
      return {
        value: {
          $case: 'leaflistVal',
          value: { element: value.items.map((item) => protoValueOf(item)) },
        },
      };
    default:
      return value satisfies never;
  }
}

/** Plain JSON (RFC 8259): every number is one, with all its digits. What JSON has no number for is null. */
function jsonTextOf(value: LeafValue): string {
  switch (value.kind) {
    case 'int':
    case 'uint':
      return value.value.toString();
    case 'double':
    case 'bool':
      return JSON.stringify(value.value);
    case 'decimal':
      return textOf(value);
    case 'text':
    case 'bytes':
      return JSON.stringify(textOf(value));
    case 'list':
      return `[${value.items.map((item) => jsonTextOf(item)).join(',')}]`;
    default:
      return value satisfies never;
  }
}

/**
 * JSON as RFC 7951 wants it: 64-bit integers and decimals as strings (§6.1). OpenConfig's fractions are decimal64, so a
 * double is written as a decimal.
 */
function jsonIetfOf(value: LeafValue, integerBits: 32 | 64): unknown {
  switch (value.kind) {
    case 'int':
    case 'uint':
      return integerBits === 64 ? value.value.toString() : Number(value.value);
    case 'bool':
      return value.value;
    case 'list':
      return value.items.map((item) => jsonIetfOf(item, integerBits));
    case 'double':
    case 'decimal':
    case 'text':
    case 'bytes':
      return textOf(value);
    default:
      return value satisfies never;
  }
}
