/** A gNMI Notification message → our Notification: full paths, decoded leaves, deletes first. */
import type { LeafUpdate, Notification } from '../../../core/telemetry/notification.ts';
import type { Path } from '../../../core/telemetry/path.ts';
import type {
  Notification as WireNotification,
  Update,
} from '../../../proto/generated/gnmi/gnmi.ts';
import type { DecodedLeaf } from './decoded-leaf.ts';
import { leafValue } from './leaf-value.ts';
import { fullPath, pathFromWire } from './path-codec.ts';
import { decodeLegacyValue, decodeTypedValue, undecodable } from './value-codec.ts';

export function notificationFromWire(
  wire: WireNotification,
  receivedAtMs: number,
): Extract<Notification, { kind: 'update' }> {
  const prefix = pathFromWire(wire.prefix);
  const updates: LeafUpdate[] = [];
  const undecodedAt: Path[] = [];
  for (const update of wire.update) {
    const path = fullPath(prefix, update.path);
    for (const leaf of decodeUpdate(update)) {
      const whole = leafPath(path, leaf);
      const value = whole === null ? null : leafValue(() => namesOf(whole), leaf);
      if (value === null || whole === null) undecodedAt.push(whole ?? path);
      else updates.push({ path: whole, value, duplicates: update.duplicates });
    }
  }
  return {
    kind: 'update',
    timestampNs: wire.timestamp,
    receivedAtMs,
    atomicUnder: wire.atomic ? prefix : null,
    deletes: wire.delete.map((path) => fullPath(prefix, path)),
    updates,
    undecodable: undecodedAt.length,
    undecodedAt,
  };
}

function decodeUpdate({ val, value }: Update): readonly DecodedLeaf[] {
  if (val !== undefined) return decodeTypedValue(val);
  return value === undefined ? undecodable : decodeLegacyValue(value);
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
