/**
 * TypedValue → leaves. The value's type is the field that is set, not the encoding that was asked for. JSON containers
 * are flattened to leaves below the update's path; lists of objects take their keys from the members a key is known by.
 */
import type { LeafValue } from '../../../core/telemetry/value.ts';
import {
  type Decimal64,
  Encoding,
  type TypedValue,
  type Value,
} from '../../../proto/generated/gnmi/gnmi.ts';
import type { DecodedLeaf } from './decoded-leaf.ts';
import { parseExactJson } from './exact-json.ts';
import { flattenJson, type JsonPlace } from './json-leaves.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** RFC 7950 §9.3.4; a hostile precision would make a text of gigabytes. */
const maxFractionDigits = 18;

/** What cannot be decoded (nothing set, protobuf messages, broken JSON) is one leaf without a value. */
export const undecodable: readonly DecodedLeaf[] = [{ below: [], value: null }];

/** All leaves of a value. @param place of JSON, whose lists are known by where they stand */
export function decodeTypedValue(typed: TypedValue, place?: JsonPlace): readonly DecodedLeaf[] {
  const json = jsonBytes(typed);
  return json === null ? [{ below: [], value: decodeScalar(typed) }] : decodeJson(json, place);
}

/** The deprecated `Update.value` of targets before gNMI 0.4. */
export function decodeLegacyValue(
  { value, type }: Value,
  place?: JsonPlace,
): readonly DecodedLeaf[] {
  switch (type) {
    case Encoding.JSON:
    case Encoding.JSON_IETF:
      return decodeJson(value, place);
    case Encoding.BYTES:
      return [{ below: [], value: { kind: 'bytes', value } }];
    case Encoding.ASCII:
      return decodeText(value);
    default:
      return undecodable;
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
      return decodeDecimal(value.value);
    case 'bytesVal':
      return { kind: 'bytes', value: value.value };
    case 'leaflistVal':
      return decodeList(value.value.element);
    // Messages of whose types nothing is known.
    case 'anyVal':
    case 'protoBytes':
    case 'jsonVal':
    case 'jsonIetfVal':
    case undefined:
      return null;
    default:
      return value satisfies never;
  }
}

function decodeDecimal({ digits, precision }: Decimal64): LeafValue | null {
  return precision > maxFractionDigits ? null : { kind: 'decimal', digits, precision };
}

function decodeList(elements: readonly TypedValue[]): LeafValue | null {
  const items: LeafValue[] = [];
  for (const element of elements) {
    const item = decodeListItem(element);
    if (item === null) return null;
    items.push(item);
  }
  return { kind: 'list', items };
}

/** A leaf-list holds scalars (RFC 7950 §7.7); lists in lists are refused at any depth, before they are walked. */
function decodeListItem(element: TypedValue): LeafValue | null {
  if (element.value?.$case === 'leaflistVal') return null;
  const [leaf, ...others] = decodeTypedValue(element);
  if (leaf === undefined || others.length > 0 || leaf.below.length > 0) return null;
  return leaf.value?.kind === 'list' ? null : leaf.value;
}

function decodeJson(bytes: Uint8Array, place?: JsonPlace): readonly DecodedLeaf[] {
  try {
    return flattenJson(parseExactJson(utf8.decode(bytes)), place);
  } catch {
    return undecodable;
  }
}

function decodeText(bytes: Uint8Array): readonly DecodedLeaf[] {
  try {
    return [{ below: [], value: { kind: 'text', value: utf8.decode(bytes) } }];
  } catch {
    return undecodable;
  }
}
