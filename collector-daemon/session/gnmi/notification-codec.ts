/** A gNMI Notification message → our Notification: full paths, decoded leaves, deletes first. */
import type { LeafUpdate, Notification } from '../../../core/telemetry/notification.ts';
import type { Path, PathElem } from '../../../core/telemetry/path.ts';
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
    for (const { below, value } of decodeUpdate(update)) {
      if (value === null) unknown += 1;
      else updates.push({ path: extend(path, below), value, duplicates: update.duplicates });
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

function extend(path: Path, below: readonly PathElem[]): Path {
  return below.length === 0 ? path : { origin: path.origin, elems: [...path.elems, ...below] };
}
