/**
 * Entries of lists met before: which of them an entry is that lacks a part of its key, and whether one of the same key is
 * another entry that came by itself. Bounded: what is forgotten is learnt again.
 */
import { lastingKeys } from '../../../core/telemetry/catalog/identifying-words.ts';
import { type Members, pick, tellsApart } from './list-entry.ts';

export interface Meeting {
  /** Which of the lists of one name it stands in. */
  readonly instance: string;
  readonly key: Members;
  readonly members: Members;
}

interface Met {
  readonly key: Members;
  /** Those that tell it from others. */
  members: Members;
  /** What of it lasts, besides its key, as a text. */
  lasting: string;
  readonly before: Set<string>;
  /** Number of the notification that it stood in last. */
  notification: number;
}

interface MetList {
  /** By instance and key. */
  readonly entries: Map<string, Met>;
  /** By instance and one member of the key; null until it is asked for. */
  byMember: Map<string, Met[]> | null;
}

/** Of all lists together. */
const maxEntries = 50_000;
const maxBefore = 4;

export class MetEntries {
  readonly #lists = new Map<string, MetList>();
  #count = 0;
  #notification = 0;

  nextNotification(): void {
    this.#notification += 1;
  }

  /** Answers whether there were any. */
  forget(list: string): boolean {
    const known = this.#lists.get(list);
    this.#lists.delete(list);
    this.#count -= known?.entries.size ?? 0;
    return known !== undefined && known.entries.size > 0;
  }

  /** Keys of the entries that have all the members picked. */
  fitting(list: string, instance: string, picked: Members): readonly Members[] {
    const known = this.#lists.get(list);
    const [first] = picked;
    if (known === undefined || first === undefined) return [];
    known.byMember ??= byMemberOf(known.entries);
    const candidates = known.byMember.get(memberText(instance, first)) ?? [];
    return candidates
      .map(({ key }) => key)
      .filter((key) => [...picked].every(([name, text]) => key.get(name) === text));
  }

  /** Remembers the entry. Answers the members of another entry that has its key. */
  meet(list: string, { instance, key, members }: Meeting): Members | null {
    const known = this.#listOf(list);
    const text = entryText(instance, key);
    const lasting = lastingText(members, key);
    const met = known.entries.get(text);
    if (met === undefined) {
      const [notification, own] = [this.#notification, tellingMembers(members)];
      known.entries.set(text, { key, members: own, lasting, before: new Set(), notification });
      known.byMember = null;
      this.#count += 1;
      return null;
    }
    const inOneMessage = met.notification === this.#notification;
    met.notification = this.#notification;
    if (inOneMessage && isAnother(met.members, members)) return met.members;
    if (met.lasting === lasting) return null;
    // What changed once may have changed for good; what changes back is another entry that takes turns with this one.
    if (met.before.has(lasting)) return met.members;
    if (met.before.size < maxBefore) met.before.add(met.lasting);
    met.lasting = lasting;
    met.members = tellingMembers(members);
    return null;
  }

  #listOf(list: string): MetList {
    if (this.#count >= maxEntries) {
      this.#lists.clear();
      this.#count = 0;
    }
    let known = this.#lists.get(list);
    if (known === undefined) {
      known = { entries: new Map(), byMember: null };
      this.#lists.set(list, known);
    }
    return known;
  }
}

function byMemberOf(entries: ReadonlyMap<string, Met>): Map<string, Met[]> {
  const byMember = new Map<string, Met[]>();
  for (const [text, met] of entries) {
    const [instance] = JSON.parse(text) as [string];
    for (const member of met.key) {
      const at = memberText(instance, member);
      const same = byMember.get(at);
      if (same === undefined) byMember.set(at, [met]);
      else same.push(met);
    }
  }
  return byMember;
}

function isAnother(met: Members, members: Members): boolean {
  const own = tellingMembers(members);
  return [...met].some(([name, text]) => own.has(name) && own.get(name) !== text);
}

function tellingMembers(members: Members): Members {
  return pick(
    members,
    [...members].filter(([name, text]) => tellsApart(name, text)).map(([name]) => name),
  );
}

function lastingText(members: Members, key: Members): string {
  let text = '';
  for (const [name, value] of members) {
    if (lastingKeys.has(name) && !key.has(name)) text += `${name}=${value}\n`;
  }
  return text;
}

function entryText(instance: string, key: Members): string {
  return JSON.stringify([instance, ...key]);
}

function memberText(instance: string, member: readonly [string, string]): string {
  return JSON.stringify([instance, ...member]);
}
