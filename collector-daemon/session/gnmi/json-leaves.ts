/**
 * JSON and JSON_IETF values (RFC 7951) as leaves. Numbers are read from their source text, so 64-bit integers and
 * decimals stay exact; RFC 7951 §6.1 also writes those as strings, which are told as what they may be.
 */
import type { PathElem } from '../../../core/telemetry/path.ts';
import type { LeafValue } from '../../../core/telemetry/value.ts';
import type { DecodedLeaf } from './decoded-leaf.ts';
import {
  ExactNumber,
  isArray,
  isObject,
  type Json,
  type JsonObject,
  withoutModule,
} from './exact-json.ts';
import { scalarMembers } from './list-entry.ts';
import { ListIdentity } from './list-identity.ts';
import { exactNumber } from './number-text.ts';

/** Bounds what a hostile or broken target can make of one value. */
const maxDepth = 64;

export interface JsonPlace {
  /** The elements of the update's path. */
  readonly at: readonly PathElem[];
  /** Of the target: an entry is the same from message to message. */
  readonly lists: ListIdentity;
}

export function flattenJson(
  json: Json,
  place: JsonPlace = { at: [], lists: new ListIdentity() },
): readonly DecodedLeaf[] {
  const flattener = new Flattener(place);
  if (isArray(json) && json.some((entry) => isObject(entry))) flattener.entries(json);
  else flattener.collect(json, []);
  return flattener.leaves;
}

class Flattener {
  readonly leaves: DecodedLeaf[] = [];
  readonly #place: JsonPlace;
  /** Keys of the list that is the value itself. */
  #entryKeys: PathElem['keys'] | null = null;

  constructor(place: JsonPlace) {
    this.#place = place;
  }

  /** A list that is the value itself stands at a path that ends with its name. */
  entries(list: readonly Json[]): void {
    const { at } = this.#place;
    const last = at.at(-1);
    const isKeyed = last === undefined || Object.keys(last.keys).length > 0;
    const keys = isKeyed ? null : this.#keysOf(at.slice(0, -1), last.name, list);
    for (const entry of list) {
      this.#entryKeys = keys?.get(entry) ?? null;
      if (this.#entryKeys !== null) this.collect(entry, []);
      else this.#lost([], isObject(entry) && keys !== null ? entry : null);
    }
  }

  collect(json: Json, below: readonly PathElem[]): void {
    if (below.length > maxDepth) throw new RangeError(`JSON deeper than ${maxDepth} levels`);
    if (isArray(json)) return this.#add(below, leafList(json));
    if (isObject(json)) return this.#members(json, below);
    // JSON null says that there is nothing.
    if (json === null) return;
    const value = scalar(json);
    if (json instanceof ExactNumber) this.#add(below, value, { written: json.source });
    else if (typeof json === 'string' && value?.kind !== 'text')
      this.#add(below, value, { quoted: json });
    else this.#add(below, value);
  }

  #members(json: JsonObject, below: readonly PathElem[]): void {
    for (const [member, value] of Object.entries(json)) {
      const name = withoutModule(member);
      if (isArray(value) && value.some((entry) => isObject(entry))) this.#list(name, value, below);
      else this.collect(value, [...below, { name, keys: {} }]);
    }
  }

  #list(name: string, list: readonly Json[], below: readonly PathElem[]): void {
    const keys = this.#keysOf([...this.#whole(), ...below], name, list);
    for (const entry of list) {
      const own = keys.get(entry) ?? null;
      if (own !== null) this.collect(entry, [...below, { name, keys: own }]);
      else this.#lost([...below, { name, keys: {} }], isObject(entry) ? entry : null);
    }
  }

  /** The elements of the update's path, with the keys of the entry that is being read. */
  #whole(): readonly PathElem[] {
    const { at } = this.#place;
    const last = at.at(-1);
    if (this.#entryKeys === null || last === undefined) return at;
    return [...at.slice(0, -1), { name: last.name, keys: this.#entryKeys }];
  }

  #keysOf(
    above: readonly PathElem[],
    name: string,
    list: readonly Json[],
  ): ReadonlyMap<Json, PathElem['keys'] | null> {
    const entries = list.filter(isObject);
    const keys = this.#place.lists.keysOf({ above, name }, entries);
    return new Map(entries.map((entry, at) => [entry, keys[at] ?? null]));
  }

  /** An entry that nothing tells from others, or that is none. */
  #lost(below: readonly PathElem[], entry: JsonObject | null): void {
    if (entry === null) this.#add(below, null);
    else this.#add(below, null, { ambiguous: entryText(entry) });
  }

  #add(below: readonly PathElem[], value: LeafValue | null, rest: Partial<DecodedLeaf> = {}): void {
    const entryKeys = this.#entryKeys;
    this.leaves.push(
      entryKeys === null ? { below, value, ...rest } : { below, value, ...rest, entryKeys },
    );
  }
}

/** An array without objects. */
function leafList(json: readonly Json[]): LeafValue | null {
  // RFC 7951 §6.9: the `empty` type is [null], a leaf that is just there.
  if (json.length === 1 && json[0] === null) return { kind: 'bool', value: true };
  const items = json.map((entry) => (isArray(entry) || isObject(entry) ? null : listItem(entry)));
  return items.every((item) => item !== null) ? { kind: 'list', items } : null;
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

/** For people to read: what it has to be told by. */
function entryText(entry: JsonObject): string {
  return JSON.stringify(Object.fromEntries(scalarMembers(entry))).slice(0, 200);
}
