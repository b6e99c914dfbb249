/** What was asked for, to be compared with what comes: some targets send more (Junos its whole sensor). */
import type { PathSubscription } from '../../core/inventory/collection-target.ts';
import { elem, isWithin, parsePath, type Path } from '../../core/telemetry/path.ts';
import { pathIdentity } from './path-identity.ts';

/**
 * Whether a path lies under one of those subscribed. By the names of elements alone: origins and key values are written
 * in several ways (`BGP` and `openconfig-policy-types:BGP`, `Gi0/0` and `GigabitEthernet0/0`).
 */
export function subscribedTo(subscriptions: readonly PathSubscription[]): (path: Path) => boolean {
  return within(containersOf(subscriptions).map(namesOf));
}

/** Whether a path was asked for as it stands, keys included: the target owed it, if it has it. */
export function askedFor(subscriptions: readonly PathSubscription[]): (path: Path) => boolean {
  return within(containersOf(subscriptions));
}

export interface Owed {
  /**
   * What a session was sent before. Under a refused path the names decide, for the target may write its keys otherwise
   * than they were asked for.
   */
  readonly again: (path: Path) => boolean;
  /** What was stored, whoever was asked for it then. */
  readonly stored: (path: Path) => boolean;
}

/** What a target must send in its initial set, if it has it, when it refuses some of the paths subscribed. */
export function owedUnder(
  subscriptions: readonly PathSubscription[],
  refusedPaths: readonly string[],
): Owed {
  const refused = subscriptions.filter(({ path }) => refusedPaths.includes(path));
  const stored = askedFor(subscriptions.filter((one) => !refused.includes(one)));
  const mayBeRefused = subscribedTo(refused);
  return { stored, again: (path) => !mayBeRefused(path) || stored(path) };
}

/** The first element of what was asked for; null where it may be any. */
export function askedRoot({ path }: PathSubscription): string | null {
  const parsed = parsePath(path);
  const root = parsed.ok ? pathIdentity(parsed.value).elems[0]?.name : undefined;
  return root === undefined || root === '*' || root === '...' ? null : root;
}

function containersOf(subscriptions: readonly PathSubscription[]): Path[] {
  return subscriptions.flatMap(({ path }) => {
    const parsed = parsePath(path);
    return parsed.ok ? [pathIdentity(parsed.value)] : [];
  });
}

function within(containers: readonly Path[]): (path: Path) => boolean {
  const plain = containers.map(({ elems }) => ({ origin: '', elems }));
  return ({ elems }) => plain.some((container) => isWithin(container, { origin: '', elems }));
}

function namesOf({ elems }: Path): Path {
  return { origin: '', elems: elems.map(({ name }) => elem(name)) };
}
