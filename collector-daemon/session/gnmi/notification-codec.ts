/** A gNMI Notification message → our Notification: full paths, decoded leaves, deletes first. */
import type {
  AmbiguousEntry,
  LeafUpdate,
  Notification,
} from '../../../core/telemetry/notification.ts';
import type { Path } from '../../../core/telemetry/path.ts';
import type {
  Notification as WireNotification,
  Update,
} from '../../../proto/generated/gnmi/gnmi.ts';
import type { DecodedLeaf } from './decoded-leaf.ts';
import type { JsonPlace } from './json-leaves.ts';
import { leafValue } from './leaf-value.ts';
import { ListIdentity, type ListPlace } from './list-identity.ts';
import { fullPath, pathFromWire } from './path-codec.ts';
import { decodeLegacyValue, decodeTypedValue, undecodable } from './value-codec.ts';

/** @param lists of the target: entries of its JSON lists are the same from message to message */
export function notificationFromWire(
  wire: WireNotification,
  receivedAtMs: number,
  lists = new ListIdentity(),
): Extract<Notification, { kind: 'update' }> {
  const prefix = pathFromWire(wire.prefix);
  lists.nextNotification();
  let decoded = decodeUpdates(wire.update, prefix, lists);
  const regrown: Path[] = [];
  for (let grown = lists.takeGrown(); grown.length > 0; grown = lists.takeGrown()) {
    // Earlier entries of this message have other keys by now; those of messages before are no more.
    regrown.push(...grown.map((place) => wholeList(prefix.origin, place)));
    decoded = decodeUpdates(wire.update, prefix, lists);
  }
  const { updates, undecodedAt, ambiguous } = decoded;
  return {
    kind: 'update',
    timestampNs: wire.timestamp,
    receivedAtMs,
    atomicUnder: wire.atomic ? prefix : null,
    deletes: [...wire.delete.map((path) => fullPath(prefix, path)), ...regrown],
    updates,
    undecodable: undecodedAt.length + ambiguous.length,
    undecodedAt,
    ...(ambiguous.length === 0 ? {} : { ambiguous }),
  };
}

interface Decoded {
  readonly updates: LeafUpdate[];
  readonly undecodedAt: Path[];
  readonly ambiguous: AmbiguousEntry[];
}

function decodeUpdates(wire: readonly Update[], prefix: Path, lists: ListIdentity): Decoded {
  const decoded: Decoded = { updates: [], undecodedAt: [], ambiguous: [] };
  for (const update of wire) {
    const path = fullPath(prefix, update.path);
    for (const leaf of decodeUpdate(update, { at: path.elems, lists })) {
      const whole = leafPath(path, leaf);
      const value = whole === null ? null : leafValue(() => namesOf(whole), leaf);
      if (leaf.ambiguous !== undefined)
        decoded.ambiguous.push({ path: whole ?? path, entry: leaf.ambiguous });
      else if (value === null || whole === null) decoded.undecodedAt.push(whole ?? path);
      else decoded.updates.push({ path: whole, value, duplicates: update.duplicates });
    }
  }
  return decoded;
}

function decodeUpdate({ val, value }: Update, place: JsonPlace): readonly DecodedLeaf[] {
  if (val !== undefined) return decodeTypedValue(val, place);
  return value === undefined ? undecodable : decodeLegacyValue(value, place);
}

/** Without keys it names all entries, wherever the list stands (gNMI path conventions §3.3). */
function wholeList(origin: string, { above, name }: ListPlace): Path {
  return {
    origin,
    elems: [...above.map((elem) => elem.name), name].map((one) => ({ name: one, keys: {} })),
  };
}

/** The metric, as far as the catalogue looks: without origin, and without the escapes of odd names. */
function namesOf({ elems }: Path): string {
  let names = '';
  for (const { name } of elems) names += `/${name}`;
  return names;
}

/** Null where a list's entries have no name to hang their keys on, or it has keys already. */
function leafPath(path: Path, { below, entryKeys }: DecodedLeaf): Path | null {
  const { origin, elems } = path;
  if (entryKeys === undefined)
    return below.length === 0 ? path : { origin, elems: [...elems, ...below] };
  const list = elems.at(-1);
  if (list === undefined || Object.keys(list.keys).length > 0) return null;
  return { origin, elems: [...elems.slice(0, -1), { name: list.name, keys: entryKeys }, ...below] };
}
