/** A gNMI Notification message → our Notification: full paths, decoded leaves, deletes first. */
import type { LeafUpdate, Notification } from '../../../core/telemetry/notification.ts';
import type { Path } from '../../../core/telemetry/path.ts';
import type {
  Notification as WireNotification,
  Update,
} from '../../../proto/generated/gnmi/gnmi.ts';
import { fullPath, pathFromWire } from './path-codec.ts';
import { type DecodedLeaf, decodeLegacyValue, decodeTypedValue } from './value-codec.ts';

export function notificationFromWire(wire: WireNotification, receivedAtMs: number): Notification {
  const prefix = pathFromWire(wire.prefix);
  const updates: LeafUpdate[] = [];
  let undecodable = 0;
  for (const update of wire.update) {
    const leaves = decodeUpdate(update);
    if (leaves === null) undecodable += 1;
    else appendLeaves(updates, fullPath(prefix, update.path), leaves, update.duplicates);
  }
  return {
    kind: 'update',
    timestampNs: wire.timestamp,
    receivedAtMs,
    atomicUnder: wire.atomic ? prefix : null,
    deletes: wire.delete.map((path) => fullPath(prefix, path)),
    updates,
    undecodable,
  };
}

function decodeUpdate({ val, value }: Update): readonly DecodedLeaf[] | null {
  if (val !== undefined) return decodeTypedValue(val);
  return value === undefined ? null : decodeLegacyValue(value);
}

function appendLeaves(
  updates: LeafUpdate[],
  path: Path,
  leaves: readonly DecodedLeaf[],
  duplicates: number,
): void {
  for (const { below, value } of leaves) {
    const whole =
      below.length === 0 ? path : { origin: path.origin, elems: [...path.elems, ...below] };
    updates.push({ path: whole, value, duplicates });
  }
}
