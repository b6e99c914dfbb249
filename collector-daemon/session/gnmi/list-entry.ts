/** The members of a list's entry that can be its key, or tell it from others. */
import { tellingOf } from '../../../core/telemetry/catalog/identifying-words.ts';
import { leafForm } from '../../../core/telemetry/metric-catalog.ts';
import { ExactNumber, isObject, type Json, type JsonObject, withoutModule } from './exact-json.ts';

/** Texts by the members' names, in the order of the entry. */
export type Members = ReadonlyMap<string, string>;

/** Longer ones describe, and would make paths of any length. */
const maxKeyLength = 256;
const integer = /^-?\d+$/;

/** Strings and integers; numbers with fractions are measured. */
export function scalarMembers(entry: JsonObject): Members {
  const scalars = new Map<string, string>();
  for (const [member, value] of Object.entries(entry)) {
    const text = textOf(value);
    if (text !== null) scalars.set(withoutModule(member), text);
  }
  return scalars;
}

function textOf(value: Json): string | null {
  if (typeof value === 'string') return value.length <= maxKeyLength ? value : null;
  return value instanceof ExactNumber && integer.test(value.source) ? value.source : null;
}

/**
 * The key of an entry of OpenConfig's: what stands beside its `config` and `state` containers, or in them by its usual name
 * where a target left it out. Null for entries of other models.
 */
export function openConfigKeys(entry: JsonObject): Members | null {
  const containers = Object.entries(entry).flatMap(([member, value]) =>
    /^(.*:)?(config|state)$/.test(member) && isObject(value) ? [value] : [],
  );
  if (containers.length === 0) return null;
  const beside = scalarMembers(entry);
  if (beside.size > 0) return beside;
  const within = containers.map(scalarMembers).find((members) => leadingKeys(members).length > 0);
  return within === undefined ? beside : pick(within, leadingKeys(within));
}

/** The members in front that may be keys. */
export function leadingKeys(members: Members): string[] {
  const names = [...members.keys()];
  const end = names.findIndex((name) => !mayBeKey(name));
  return end === -1 ? names : names.slice(0, end);
}

export function mayBeKey(name: string): boolean {
  return tellingOf(name) === 'key' && !isMeasured(name);
}

/** Strings that say what the entry is and not how it does; numbers only by a name that says so. */
export function tellsApart(name: string, text: string): boolean {
  const telling = tellingOf(name);
  switch (telling) {
    case 'key':
    case 'maybe':
      return !isMeasured(name);
    case 'unknown':
      return !/^[\d.+-]*$/.test(text) && !isMeasured(name);
    case 'changes':
      return false;
    default:
      return telling satisfies never;
  }
}

function isMeasured(name: string): boolean {
  return leafForm(`/${name}`) === 'measure';
}

export function pick(members: Members, names: Iterable<string>): Members {
  const picked = new Map<string, string>();
  for (const name of names) {
    const text = members.get(name);
    if (text !== undefined) picked.set(name, text);
  }
  return picked;
}
