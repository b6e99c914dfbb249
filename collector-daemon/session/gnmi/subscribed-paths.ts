/** What was asked for, to be compared with what comes: some targets send more (Junos its whole sensor). */
import type { PathSubscription } from '../../../core/inventory/collection-target.ts';
import { elem, isWithin, parsePath, type Path } from '../../../core/telemetry/path.ts';
import { pathFromWire, pathToWire } from './path-codec.ts';

/**
 * Whether a path lies under one of those subscribed. By the names of elements alone: origins and key values are written
 * in several ways (`BGP` and `openconfig-policy-types:BGP`, `Gi0/0` and `GigabitEthernet0/0`).
 */
export function subscribedTo(subscriptions: readonly PathSubscription[]): (path: Path) => boolean {
  const containers = subscriptions.flatMap(({ path }) => {
    const parsed = parsePath(path);
    return parsed.ok ? [namesOf(pathFromWire(pathToWire(parsed.value)))] : [];
  });
  return ({ elems }) => containers.some((container) => isWithin(container, { origin: '', elems }));
}

function namesOf({ elems }: Path): Path {
  return { origin: '', elems: elems.map(({ name }) => elem(name)) };
}
