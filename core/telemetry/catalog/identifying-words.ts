/** Which members of a list's entry may be its key, where no table knows the list: by the last word of the name. Data. */
import { leafWords } from './leaf-words.ts';

/** An entry's first members, for models write keys in front; two entries that are alike in one may differ in the next. */
const leading = words(
  `name id pid index idx identifier key uuid address addr ip mac prefix interface ifname ifindex port slot lane vlan vrf vni
   instance unit channel number no seq sequence level area afi safi neighbor peer group class queue label rack card module
   node location process session dscp cos priority rd hostname host user`,
);

/** Also tell entries apart that nothing else does. */
const telling = words(
  `type kind role direction protocol family af origin owner service profile path domain tag side scope network source
   destination dst src nexthop hop encoding app application feature policy zone region site serial`,
);

/** The same entry may have another one a minute later. */
const changing = words(
  `status state mode time timestamp date reason text message description value values version uptime age duration flag flags
   result error severity enabled admin oper condition event action alias health summary info detail details`,
);

/** Alone they are nearly always the key, wherever they stand in the entry; in the order in which they are tried. */
export const usualKeys: readonly string[] = [
  'name',
  'id',
  'index',
  'identifier',
  'neighbor-address',
  'address',
  'ip',
  'prefix',
  'key',
  'interface-name',
  'interface',
  'ip-address',
  'mac-address',
  'pid',
  'uuid',
];

/** Of an entry, these do not change. Where one comes and goes, there are two entries that came one by one. */
export const lastingKeys = words(
  `name id pid index uuid instance slot lane port unit process-id sequence-id session-id mac-address interface-name
   class-name`,
);

export type Telling = 'key' | 'maybe' | 'changes' | 'unknown';

const known = new Map<string, Telling>();
const maxKnown = 10_000;

/** What the name of a member says of it: may be a key, may tell apart, changes by itself, or nothing. */
export function tellingOf(name: string): Telling {
  let said = known.get(name);
  if (said === undefined) {
    if (known.size >= maxKnown) known.clear();
    said = saidBy(name);
    known.set(name, said);
  }
  return said;
}

function saidBy(name: string): Telling {
  const last = leafWords(name).at(-1) ?? '';
  if (leading.has(last)) return 'key';
  if (telling.has(last)) return 'maybe';
  return changing.has(last) ? 'changes' : 'unknown';
}

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(/\s+/));
}
