/** A gNMI Notification message → our Notification: full paths, decoded leaves, deletes first. */
import type { LeafUpdate, Notification } from '../../../core/telemetry/notification.ts';
import type { Path } from '../../../core/telemetry/path.ts';
import type {
  Notification as WireNotification,
  Update,
} from '../../../proto/generated/gnmi/gnmi.ts';
import type { DecodedLeaf } from './decoded-leaf.ts';
import { fullPath, pathFromWire } from './path-codec.ts';
import { decodeLegacyValue, decodeTypedValue, undecodable } from './value-codec.ts';

export function notificationFromWire(wire: WireNotification, receivedAtMs: number): Notification {
  const prefix = pathFromWire(wire.prefix);
  const updates: LeafUpdate[] = [];
  let unknown = 0;
  for (const update of wire.update) {
    const path = fullPath(prefix, update.path);
    for (const leaf of decodeUpdate(update)) {
      const whole = leafPath(path, leaf);
      if (leaf.value === null || whole === null) unknown += 1;
      else updates.push({ path: whole, value: leaf.value, duplicates: update.duplicates });
    }
  }
  return {
    kind: 'update',
    timestampNs: wire.timestamp,
    receivedAtMs,
    atomicUnder: wire.atomic ? prefix : null,
    deletes: wire.delete.map((path) => fullPath(prefix, path)),
    updates,
    undecodable: unknown,
  };
}

function decodeUpdate({ val, value }: Update): readonly DecodedLeaf[] {
  if (val !== undefined) return decodeTypedValue(val);
  return value === undefined ? undecodable : decodeLegacyValue(value);
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
