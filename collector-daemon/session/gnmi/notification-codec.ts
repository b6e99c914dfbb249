/** A gNMI Notification message → our Notification: full paths, decoded leaves, deletes first. */
import { isIdentifier } from '../../../core/telemetry/metric-catalog.ts';
import type { LeafUpdate, Notification } from '../../../core/telemetry/notification.ts';
import type { Path } from '../../../core/telemetry/path.ts';
import type { LeafValue } from '../../../core/telemetry/value.ts';
import type {
  Notification as WireNotification,
  Update,
} from '../../../proto/generated/gnmi/gnmi.ts';
import type { DecodedLeaf } from './decoded-leaf.ts';
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
      const value = whole === null ? null : valueAt(whole, leaf);
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

/** What identifies something stays text, whatever it looks like: a version 4.20 is not 4.2. */
function valueAt({ elems }: Path, { value, quoted }: DecodedLeaf): LeafValue | null {
  const isName = quoted !== undefined && isIdentifier(elems.at(-1)?.name ?? '');
  return isName ? { kind: 'text', value: quoted } : value;
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
