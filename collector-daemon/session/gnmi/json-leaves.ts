/**
 * JSON and JSON_IETF values (RFC 7951) as leaves. Numbers are read from their source text, so 64-bit integers and
 * decimals stay exact; RFC 7951 §6.1 also writes those as strings, which become numbers again where they read as one.
 */
import type { PathElem } from '../../../core/telemetry/path.ts';
import type { LeafValue } from '../../../core/telemetry/value.ts';
import type { DecodedLeaf } from './decoded-leaf.ts';
import { exactNumber } from './number-text.ts';

class ExactNumber {
  readonly source: string;
  constructor(source: string) {
    this.source = source;
  }
}

type Json =
  | null
  | boolean
  | string
  | ExactNumber
  | readonly Json[]
  | { readonly [member: string]: Json };

/** @throws SyntaxError where the text is no JSON */
export function parseExactJson(text: string): Json {
  // The third argument (the source text of a primitive) is JavaScript's, not yet TypeScript's.
  const reviver = (_key: string, value: unknown, context?: { source?: string }) =>
    typeof value === 'number' ? new ExactNumber(context?.source ?? String(value)) : value;
  return JSON.parse(text, reviver) as Json;
}

/** Bounds what a hostile or broken target can make of one value. */
const maxDepth = 64;

export function flattenJson(json: Json): readonly DecodedLeaf[] {
  const leaves: DecodedLeaf[] = [];
  if (isArray(json) && json.some((entry) => isObject(entry))) return json.flatMap(entryLeaves);
  collect(json, [], leaves);
  return leaves;
}

/** A list that is the value itself stands at a path that ends with its name. */
function entryLeaves(entry: Json): readonly DecodedLeaf[] {
  const entryKeys = isObject(entry) ? keysOfEntry(entry) : null;
  if (entryKeys === null) return [{ below: [], value: null }];
  const leaves: DecodedLeaf[] = [];
  collect(entry, [], leaves);
  return leaves.map((leaf) => ({ ...leaf, entryKeys }));
}

function collect(json: Json, below: readonly PathElem[], leaves: DecodedLeaf[]): void {
  if (below.length > maxDepth) throw new RangeError(`JSON deeper than ${maxDepth} levels`);
  if (isArray(json)) return collectArray(json, below, leaves);
  if (isObject(json)) {
    for (const [member, value] of Object.entries(json)) {
      const name = withoutModule(member);
      if (isArray(value) && value.some((entry) => isObject(entry))) {
        collectList(name, value, below, leaves);
      } else {
        collect(value, [...below, { name, keys: {} }], leaves);
      }
    }
    return;
  }
  // JSON null says that there is nothing.
  if (json === null) return;
  const value = scalar(json);
  if (json instanceof ExactNumber) leaves.push({ below, value, written: json.source });
  else if (typeof json === 'string' && value?.kind !== 'text')
    leaves.push({ below, value, quoted: json });
  else leaves.push({ below, value });
}

/** An array without objects: a leaf-list. */
function collectArray(
  json: readonly Json[],
  below: readonly PathElem[],
  leaves: DecodedLeaf[],
): void {
  // RFC 7951 §6.9: the `empty` type is [null], a leaf that is just there.
  if (json.length === 1 && json[0] === null) {
    leaves.push({ below, value: { kind: 'bool', value: true } });
    return;
  }
  const items = json.map((entry) => (isArray(entry) || isObject(entry) ? null : listItem(entry)));
  const value = items.every((item) => item !== null) ? ({ kind: 'list', items } as const) : null;
  leaves.push({ below, value });
}

function collectList(
  name: string,
  entries: readonly Json[],
  below: readonly PathElem[],
  leaves: DecodedLeaf[],
): void {
  for (const entry of entries) {
    const keys = isObject(entry) ? keysOfEntry(entry) : null;
    // Without keys, all entries would become one series.
    if (keys === null) leaves.push({ below: [...below, { name, keys: {} }], value: null });
    else collect(entry, [...below, { name, keys }], leaves);
  }
}

/** Members by which lists of other models are keyed, in the order they are tried; without a schema, the best guess. */
const keyMembers = [
  'name',
  'id',
  'index',
  'identifier',
  'neighbor-address',
  'address',
  'ip',
  'prefix',
  'key',
];

type Entry = { readonly [member: string]: Json };

/** Null where no member can be a key. */
function keysOfEntry(entry: Entry): Record<string, string> | null {
  const scalars = scalarMembers(entry);
  const names = Object.keys(scalars);
  if (names.length > 0 && isOpenConfigEntry(entry)) return scalars;
  const key = keyMembers.find((member) => names.includes(member));
  return key === undefined ? null : { [key]: scalars[key]! };
}

/** OpenConfig keeps everything but the keys of an entry in its `config` and `state` containers. */
function isOpenConfigEntry(entry: Entry): boolean {
  return Object.entries(entry).some(
    ([member, value]) => /^(.*:)?(config|state)$/.test(member) && isObject(value),
  );
}

function scalarMembers(entry: Entry): Record<string, string> {
  const scalars: [string, string][] = [];
  for (const [member, value] of Object.entries(entry)) {
    if (typeof value === 'string') scalars.push([withoutModule(member), value]);
    else if (value instanceof ExactNumber) scalars.push([withoutModule(member), value.source]);
  }
  return Object.fromEntries(scalars);
}

function scalar(json: null | boolean | string | ExactNumber): LeafValue | null {
  if (json === null) return null;
  if (typeof json === 'boolean') return { kind: 'bool', value: json };
  if (typeof json === 'string') return exactNumber(json) ?? { kind: 'text', value: json };
  return exactNumber(json.source) ?? { kind: 'double', value: Number(json.source) };
}

/** Lists are stored as text: their strings stay as they are. */
function listItem(json: null | boolean | string | ExactNumber): LeafValue | null {
  return typeof json === 'string' ? { kind: 'text', value: json } : scalar(json);
}

function withoutModule(member: string): string {
  const colon = member.indexOf(':');
  return colon === -1 ? member : member.slice(colon + 1);
}

function isArray(json: Json): json is readonly Json[] {
  return Array.isArray(json);
}

function isObject(json: Json): json is { readonly [member: string]: Json } {
  return (
    typeof json === 'object' &&
    json !== null &&
    !Array.isArray(json) &&
    !(json instanceof ExactNumber)
  );
}
