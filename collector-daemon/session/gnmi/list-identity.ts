/**
 * What tells the entries of a target's JSON lists apart. Two entries never become one series, and an entry is the same from
 * message to message whatever else stands in it: the members chosen for a list stay, connect after connect, and are only
 * added to, when entries turn up that they do not tell apart. What nothing tells apart has no identity.
 */
import { usualKeys } from '../../../core/telemetry/catalog/identifying-words.ts';
import { knownListKeys } from '../../../core/telemetry/catalog/list-keys.ts';
import type { PathElem } from '../../../core/telemetry/path.ts';
import type { Json, JsonObject } from './exact-json.ts';
import { leadingKeys, mayBeKey, type Members, openConfigKeys } from './list-entry.ts';
import { pick, scalarMembers, tellsApart } from './list-entry.ts';
import { MetEntries } from './met-entries.ts';
import { whatTells } from './telling-members.ts';

/** Where a list stands: the elements above it, keys included, and its name. */
export interface ListPlace {
  readonly above: readonly PathElem[];
  readonly name: string;
}

interface KnownList {
  readonly place: ListPlace;
  /** In the order in which they were chosen. */
  readonly chosen: Set<string>;
}

type Keys = Readonly<Record<string, string>>;

/** Each adds a member to a list, or several. */
const maxTries = 16;

export class ListIdentity {
  /** By the names of the elements down to the list: all its instances have the same keys. */
  readonly #lists = new Map<string, KnownList>();
  readonly #met = new MetEntries();
  #grown: ListPlace[] = [];

  /** What follows stands in another notification than what came before. */
  nextNotification(): void {
    this.#met.nextNotification();
  }

  /** Lists whose entries have other keys than before, since this was last asked. */
  takeGrown(): readonly ListPlace[] {
    return this.#grown.splice(0);
  }

  /** The keys of each entry; null for those that nothing tells from others. */
  keysOf(place: ListPlace, entries: readonly JsonObject[]): readonly (Keys | null)[] {
    const standard = entries.map(openConfigKeys);
    if (standard.every((keys) => keys !== null)) return distinct(standard, entries);
    const members = entries.map(scalarMembers);
    const text = namesOf(place);
    const list = this.#listOf(text, place, members);
    for (let tries = 1; ; tries += 1) {
      const keys = members.map((own) => this.#keyOf(text, list, place, own));
      const alike = this.#alike(text, place, keys, { members, entries });
      const more = tries < maxTries ? whatTells(alike, list.chosen) : [];
      if (more.length === 0) return distinct(keys, entries);
      this.#grow(text, list, more);
    }
  }

  #listOf(text: string, place: ListPlace, members: readonly Members[]): KnownList {
    let list = this.#lists.get(text);
    if (list === undefined) {
      list = { place, chosen: new Set() };
      this.#lists.set(text, list);
    }
    const { chosen } = list;
    for (const own of members) {
      if ([...chosen].some((name) => own.has(name))) continue;
      // The first of the list, or one that has none of the others' keys.
      const choice = firstChoice(place, own, members);
      if (choice.length > 0) this.#grow(text, list, choice);
    }
    return list;
  }

  /** The chosen members of an entry; where it lacks some, of the one entry met before that it can be. Null for none. */
  #keyOf(text: string, { chosen }: KnownList, place: ListPlace, own: Members): Members | null {
    const picked = pick(own, chosen);
    if (picked.size === 0) return null;
    if (picked.size === chosen.size) return picked;
    const fitting = this.#met.fitting(text, instanceOf(place), picked);
    return fitting.length > 1 ? null : (fitting[0] ?? picked);
  }

  /** Groups of entries that have one key and are not one entry: in this message, or one of them met before. */
  #alike(
    text: string,
    place: ListPlace,
    keys: readonly (Members | null)[],
    { members, entries }: { members: readonly Members[]; entries: readonly JsonObject[] },
  ): readonly (readonly Members[])[] {
    const groups = new Map<string, { key: Members; first: JsonObject; members: Members[] }>();
    for (const [at, key] of keys.entries()) {
      if (key === null) continue;
      const group = groups.get(keyText(key));
      if (group === undefined)
        groups.set(keyText(key), { key, first: entries[at]!, members: [members[at]!] });
      else if (!isSame(group.first, entries[at]!)) group.members.push(members[at]!);
    }
    for (const { key, members: own } of groups.values()) {
      if (own.length > 1) continue;
      const other = this.#met.meet(text, { instance: instanceOf(place), key, members: own[0]! });
      if (other !== null) own.push(other);
    }
    return Array.from(groups.values(), (group) => group.members).filter(({ length }) => length > 1);
  }

  #grow(text: string, { place, chosen }: KnownList, more: readonly string[]): void {
    for (const name of more) chosen.add(name);
    if (this.#met.forget(text)) this.#grown.push(place);
  }
}

/** By the model where it is known, else what stands in front of the entry, else the usual, else what it is called. */
function firstChoice(
  { above, name }: ListPlace,
  own: Members,
  all: readonly Members[],
): readonly string[] {
  const known = knownListKeys(above.at(-1)?.name ?? '', name).find((keys) =>
    keys.every((key) => own.has(key)),
  );
  if (known !== undefined) return known;
  const inAll = leadingKeys(own).filter((key) => all.every((other) => other.has(key)));
  if (inAll.length > 0) return inAll;
  const names = [...own.keys()];
  const key = usualKeys.find((usual) => own.has(usual)) ?? names.find(mayBeKey);
  const found = key ?? names.find((one) => tellsApart(one, own.get(one)!));
  return found === undefined ? [] : [found];
}

/** Null for those that have the key of another entry. The same entry twice is one. */
function distinct(
  keys: readonly (Members | null)[],
  entries: readonly JsonObject[],
): readonly (Keys | null)[] {
  const first = new Map<string, JsonObject>();
  const doubtful = new Set<string>();
  const texts = keys.map((key) => (key === null || key.size === 0 ? null : keyText(key)));
  for (const [at, text] of texts.entries()) {
    if (text === null) continue;
    const before = first.get(text);
    if (before === undefined) first.set(text, entries[at]!);
    else if (!isSame(before, entries[at]!)) doubtful.add(text);
  }
  return keys.map((key, at) => {
    const text = texts[at] ?? null;
    return key === null || text === null || doubtful.has(text) ? null : Object.fromEntries(key);
  });
}

function isSame(left: Json, right: Json): boolean {
  return left === right || JSON.stringify(left) === JSON.stringify(right);
}

function namesOf({ above, name }: ListPlace): string {
  return [...above.map((elem) => elem.name), name].join('/');
}

/** Which of the lists of one name it is. */
function instanceOf({ above }: ListPlace): string {
  return JSON.stringify(above.map(({ keys }) => keys));
}

function keyText(key: Members): string {
  return JSON.stringify([...key]);
}
