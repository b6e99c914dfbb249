/**
 * What a decoded leaf is by its metric: the encoding alone tells no text from a number that is quoted (RFC 7951 §6.1), no
 * fraction from a version, and no float from other bytes. What may be read as a number here is one for every value.
 */
import { type LeafForm, leafForm } from '../../../core/telemetry/metric-catalog.ts';
import type { LeafValue } from '../../../core/telemetry/value.ts';
import type { DecodedLeaf } from './decoded-leaf.ts';
import { numberFromText } from './number-text.ts';

/**
 * Null where it is not what its metric says.
 * @param metricOf asked only where it matters: not for numbers of which the type is said
 */
export function leafValue(metricOf: () => string, leaf: DecodedLeaf): LeafValue | null {
  const { value } = leaf;
  if (value === null) return null;
  const read = isOpen(value, leaf) ? readAs(leafForm(metricOf()), value, leaf) : value;
  // What a double cannot hold was another number; one that is none (NaN, an infinity) the store sets aside, and says so.
  const overflown =
    read?.kind === 'double' && !Number.isFinite(read.value) && leaf.written !== undefined;
  return overflown ? null : read;
}

/** Whether it may be something else than it looks. */
function isOpen({ kind }: LeafValue, { quoted, written }: DecodedLeaf): boolean {
  return kind === 'text' || kind === 'bytes' || quoted !== undefined || written !== undefined;
}

function readAs(
  form: LeafForm,
  value: LeafValue,
  { quoted, written }: DecodedLeaf,
): LeafValue | null {
  switch (form) {
    case 'float32':
      return float32Of(value);
    case 'measure':
      return value.kind === 'text' ? measured(value.value) : value;
    case 'name':
      return textIfAny(quoted ?? written, value);
    case 'number':
      return textIfAny(quoted ?? (isInteger(value) ? undefined : written), value);
    case 'unknown':
      return textIfAny(quoted, value);
    default:
      return form satisfies never;
  }
}

function textIfAny(text: string | undefined, value: LeafValue): LeafValue {
  return text === undefined ? value : { kind: 'text', value: text };
}

function isInteger({ kind }: LeafValue): boolean {
  return kind === 'int' || kind === 'uint';
}

const noNumber = /^[+-]?(nan|inf(inity)?)$/i;

/** A measure may also be said in words, such as `N/A`. */
function measured(text: string): LeafValue | null {
  return noNumber.test(text) ? null : (numberFromText(text) ?? { kind: 'text', value: text });
}

/** Numbers are taken as they are: some targets do not keep to the model. */
function float32Of(value: LeafValue): LeafValue | null {
  switch (value.kind) {
    case 'bytes':
      return float32(value.value);
    case 'text':
      return numberFromText(value.value) ?? float32(bytesOf(value.value));
    case 'int':
    case 'uint':
    case 'double':
    case 'decimal':
    case 'bool':
    case 'list':
      return value;
    default:
      return value satisfies never;
  }
}

/** IEEE 754 single precision, the most significant byte first; as the shortest decimal that names it: 0.1, not 0.10000000149. */
function float32(bytes: Uint8Array | null): LeafValue | null {
  if (bytes?.length !== 4) return null;
  const value = new DataView(bytes.buffer, bytes.byteOffset, 4).getFloat32(0);
  return { kind: 'double', value: shortest(value) };
}

function shortest(value: number): number {
  for (let digits = 6; digits < 9; digits += 1) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return value;
}

const base64OfFour = /^[A-Za-z0-9+/]{6}==$/;

function bytesOf(text: string): Uint8Array | null {
  return base64OfFour.test(text) ? Buffer.from(text, 'base64') : null;
}
