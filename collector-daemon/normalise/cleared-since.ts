/** Whether the device itself says that a counter was cleared: by a `last-clear` beside it, or by having been started since. */
import { formatPath, type Path } from '../../core/telemetry/path.ts';
import type { LeafUpdate } from '../../core/telemetry/notification.ts';
import { textOf } from '../../core/telemetry/value.ts';
import type { ClearedSince } from './leaf-counting.ts';
import type { LeafSet } from './leaf-set.ts';

/** What one message may say of one moment differs by so much. */
const toleranceUs = 1_000_000;
const bootTime = '/system/state/boot-time';

/** @param sent what the message says that is being taken, by path text: the order within it is no order */
export function clearedSince(
  leaves: LeafSet,
  sent: () => ReadonlyMap<string, LeafUpdate>,
): ClearedSince {
  const textAt = (key: string): string | null => {
    const update = sent().get(key);
    return update === undefined ? (leaves.get(key)?.lastText ?? null) : textOf(update.value);
  };
  return (leaf, since, at) => {
    const isBetween = (text: string | null): boolean => {
      const us = text !== null && /^\d{1,20}$/.test(text) ? Number(BigInt(text) / 1_000n) : -1;
      return us > since.lastStampUs - toleranceUs && us <= at.stampUs + toleranceUs;
    };
    const hasChanged = (key: string): boolean => {
      const before = leaves.get(key)?.history?.at(since.lastStampUs)?.text;
      return before !== undefined && before !== textAt(key);
    };
    const keys = lastClears(leaf.path);
    return (
      keys.some((key) => isBetween(textAt(key)) || hasChanged(key)) || isBetween(textAt(bootTime))
    );
  };
}

/** Beside the counter, and beside the container it is in. */
function lastClears({ origin, elems }: Path): string[] {
  return [1, 2]
    .filter((up) => elems.length > up)
    .map((up) =>
      formatPath({ origin, elems: [...elems.slice(0, -up), { name: 'last-clear', keys: {} }] }),
    );
}
