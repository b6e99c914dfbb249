/**
 * TypedValue → leaves. The value's type is the field that is set, not the encoding that was asked for. JSON containers
 * are flattened to leaves below the update's path; lists of objects take their keys from the members a key is known by.
 */
import type { PathElem } from '../../../core/telemetry/path.ts';
import type { LeafValue } from '../../../core/telemetry/value.ts';
import { Encoding, type TypedValue, type Value } from '../../../proto/generated/gnmi/gnmi.ts';
import { flattenJson, parseExactJson } from './json-leaves.ts';

export interface DecodedLeaf {
  /** Elements below the update's path; empty for a scalar. */
  readonly below: readonly PathElem[];
  readonly value: LeafValue;
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** All leaves of a value, or null where it cannot be decoded (nothing set, Any, broken JSON): counted, never invented. */
export function decodeTypedValue(typed: TypedValue): readonly DecodedLeaf[] | null {
  const json = jsonBytes(typed);
  if (json !== null) return decodeJson(json);
  const value = decodeScalar(typed);
  return value === null ? null : [{ below: [], value }];
}

/** The deprecated `Update.value` of targets before gNMI 0.4. */
export function decodeLegacyValue({ value, type }: Value): readonly DecodedLeaf[] | null {
  switch (type) {
    case Encoding.JSON:
    case Encoding.JSON_IETF:
      return decodeJson(value);
    case Encoding.BYTES:
      return [{ below: [], value: { kind: 'bytes', value } }];
    case Encoding.ASCII:
      return decodeText(value);
    default:
      return null;
  }
}

function jsonBytes({ value }: TypedValue): Uint8Array | null {
  return value?.$case === 'jsonVal' || value?.$case === 'jsonIetfVal' ? value.value : null;
}

function decodeScalar({ value }: TypedValue): LeafValue | null {
  switch (value?.$case) {
    case 'stringVal':
    case 'asciiVal':
      return { kind: 'text', value: value.value };
    case 'intVal':
      return { kind: 'int', value: value.value };
    case 'uintVal':
      return { kind: 'uint', value: value.value };
    case 'boolVal':
      return { kind: 'bool', value: value.value };
    case 'floatVal':
    case 'doubleVal':
      return { kind: 'double', value: value.value };
    case 'decimalVal':
      return { kind: 'decimal', digits: value.value.digits, precision: value.value.precision };
    case 'bytesVal':
    case 'protoBytes':
      return { kind: 'bytes', value: value.value };
    case 'leaflistVal':
      return decodeList(value.value.element);
    case 'anyVal':
    case 'jsonVal':
    case 'jsonIetfVal':
    case undefined:
      return null;
    default:
      return value satisfies never;
  }
}

function decodeList(elements: readonly TypedValue[]): LeafValue | null {
  const items: LeafValue[] = [];
  for (const element of elements) {
    const leaves = decodeTypedValue(element);
    if (leaves === null || leaves.length !== 1 || leaves[0]!.below.length > 0) return null;
    items.push(leaves[0]!.value);
  }
  return { kind: 'list', items };
}

function decodeJson(bytes: Uint8Array): readonly DecodedLeaf[] | null {
  try {
    return flattenJson(parseExactJson(utf8.decode(bytes)));
  } catch {
    return null;
  }
}

function decodeText(bytes: Uint8Array): readonly DecodedLeaf[] | null {
  try {
    return [{ below: [], value: { kind: 'text', value: utf8.decode(bytes) } }];
  } catch {
    return null;
  }
}
