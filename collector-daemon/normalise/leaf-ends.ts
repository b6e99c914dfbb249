/** How leaves end: deleted, left out of an atomic message, or not sent again; and how ends are taken back that were none. */
import type { DeviceId } from '../../core/id.ts';
import type { MetricClass } from '../../core/telemetry/catalog/metric-class.ts';
import { keysOf, metricOf, type Path } from '../../core/telemetry/path.ts';
import type { SampleWriter } from '../../core/telemetry/sample.ts';
import { usFromMs } from '../../core/time.ts';
import { endTimeOf, type Leaf, newLeaf, returnOf, type StoredLeaf } from './leaf.ts';
import type { LeafSamples } from './leaf-samples.ts';
import type { LeafSet } from './leaf-set.ts';
import type { NormaliseCounters } from './normalise-counters.ts';
import { RecentDeletes } from './recent-deletes.ts';
import { type LeafTime, ownTime } from './sample-time.ts';
import type { SeriesRegistry } from './series-registry.ts';

export interface LeafEndsOptions {
  readonly deviceId: DeviceId;
  readonly registry: SeriesRegistry;
  readonly writer: SampleWriter;
  readonly counters: NormaliseCounters;
  readonly leaves: LeafSet;
  readonly samples: LeafSamples;
}

export class LeafEnds {
  readonly #options: LeafEndsOptions;
  readonly recent = new RecentDeletes();

  constructor(options: LeafEndsOptions) {
    this.#options = options;
  }

  /** May name a container or hold wildcards. What the same message sends again lives on, as another counter. */
  delete(container: Path, isSent: (leaf: Leaf) => boolean, at: LeafTime): void {
    const { leaves, counters } = this.#options;
    for (const leaf of leaves.livingWithin(container)) {
      if (isSent(leaf)) {
        leaf.counts = false;
        counters.deleted += 1;
      } else this.#end(leaf, at);
    }
    this.recent.add(container, at);
  }

  /** An atomic message: what is not in it is gone. */
  replace(container: Path, isSent: (leaf: Leaf) => boolean, at: LeafTime): void {
    for (const leaf of this.#options.leaves.livingWithin(container)) {
      if (!isSent(leaf)) this.#end(leaf, at);
    }
    this.recent.add(container, at);
  }

  /** Lets a leaf that was gone live again, where the sample says that it does; false where there is no room for it. */
  welcome(leaf: Leaf, at: LeafTime): boolean {
    const { leaves, counters, writer } = this.#options;
    const { end } = leaf;
    if (end === null) return true;
    const told = returnOf(end, at);
    if (told === 'history') return true;
    if (leaves.isFull) return false;
    leaf.counts = false;
    if (told === 'new-life') {
      leaf.lastText = null;
      leaf.history?.clear();
      if (end.clockEpoch === at.clockEpoch && !Number.isNaN(end.stampUs))
        leaf.history?.push(end.stampUs, end.timeUs, null, true);
    } else {
      counters.deletesWithdrawn += 1;
      writer.end(leaf.ref, end.timeUs, true);
    }
    leaves.revive(leaf);
    return true;
  }

  /** A leaf whose value has become of another class is another series, and the old one ends. */
  giveWay(old: Leaf, at: LeafTime): void {
    if (old.end !== null) return;
    this.#options.writer.end(old.ref, Math.max(at.timeUs, old.lastTimeUs + 1), false);
    this.#options.leaves.remove(old);
  }

  /** A leaf of which the first sample is of before its end. */
  endUnseen(leaf: Leaf, at: LeafTime): void {
    this.#options.leaves.remember(leaf);
    leaf.end = at;
    this.#options.counters.deleted += 1;
    this.#options.writer.end(leaf.ref, at.timeUs, false);
  }

  /** What no connect since that generation has sent, though it was owed. */
  sweep(syncedAtMs: number, generation: number, owed: (path: Path) => boolean): void {
    const at = ownTime(usFromMs(syncedAtMs), generation);
    for (const leaf of this.#options.leaves) {
      const seen = leaf.end !== null || leaf.generation === generation;
      if (!seen && owed(leaf.path)) this.#end(leaf, at);
    }
  }

  /** One sample of a class that the leaf no longer had: it is of another series, which has ended. */
  endLate({ ref }: Leaf, known: Leaf, at: LeafTime): void {
    this.#options.writer.end(ref, Math.max(at.timeUs + 1, known.lastTimeUs), false);
  }

  /** The store takes it for living, and the connect has not sent it. */
  endStored({ key, path, kind, unit, lastTimeUs }: StoredLeaf, at: LeafTime): void {
    const { leaves, counters, writer } = this.#options;
    const known = leaves.get(key);
    const ref = this.refOf(key, path, { kind, unit });
    if (known?.ref === ref) {
      // Told before, and lost on its way or not stored yet; a second time it does no harm.
      if (known.end !== null) writer.end(ref, known.end.timeUs, false);
      return;
    }
    const leaf = newLeaf({ key, path, kind, valueKind: null, ref, generation: 0 });
    leaf.end = { ...at, timeUs: Math.max(at.timeUs, lastTimeUs + 1) };
    // Its value is not known here, so the one of that very time may be sent again.
    leaf.lastTimeUs = lastTimeUs - 1;
    // Of another class; the leaf itself is there.
    if (known === undefined) leaves.remember(leaf);
    counters.deleted += 1;
    writer.end(ref, leaf.end.timeUs, false);
  }

  /** Sent in this connect with the time of its last change, which is before ends that another session told. */
  takeBack(leaf: Leaf, endsUs: readonly number[]): void {
    for (const endUs of endsUs) {
      if (endUs <= leaf.writtenTimeUs) continue;
      this.#options.counters.deletesWithdrawn += 1;
      this.#options.writer.end(leaf.ref, endUs, true);
    }
  }

  refOf(key: string, path: Path, { kind, unit }: MetricClass): number {
    const { deviceId, registry } = this.#options;
    const [metric, keys] = [metricOf(path), keysOf(path)];
    return registry.refOf({ deviceId, path: key, metric, keys, kind, unit });
  }

  /** Of an end that lies before the leaf's newest sample only the store learns: it was away for a while. */
  #end(leaf: Leaf, at: LeafTime): void {
    const { leaves, counters, writer, samples } = this.#options;
    const timeUs = endTimeOf(leaf, at);
    counters.deleted += 1;
    writer.end(leaf.ref, timeUs ?? at.timeUs, false);
    if (timeUs === null) samples.wasGone(leaf, at);
    else {
      const { stampUs, clockEpoch, generation } = at;
      leaves.end(leaf, { timeUs, stampUs, clockEpoch, generation });
    }
  }
}
