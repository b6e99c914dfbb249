/**
 * Notifications of one device → rows of samples and ends of series, in order. Holds per leaf what the next sample needs:
 * the predecessor of a counter, the last text of a state, and whether the leaf was seen since the last connect (mark and
 * sweep).
 */
import type { DeviceId } from '../../core/id.ts';
import type { TroubleListener } from '../../core/telemetry/data-trouble.ts';
import type { MetricClass } from '../../core/telemetry/catalog/metric-class.ts';
import { classifyMetric } from '../../core/telemetry/metric-catalog.ts';
import type { LeafUpdate, Notification } from '../../core/telemetry/notification.ts';
import { formatPath, keysOf, metricOf, type Path } from '../../core/telemetry/path.ts';
import { quality, type SampleWriter } from '../../core/telemetry/sample.ts';
import { usFromMs } from '../../core/time.ts';
import { endTimeOf, type Leaf, type LeafTime, newLeaf, returnOf, type StoredLeaf } from './leaf.ts';
import { LeafSamples } from './leaf-samples.ts';
import { type LeafLimits, LeafSet } from './leaf-set.ts';
import type { NormaliseCounters } from './normalise-counters.ts';
import { PathTree } from './path-tree.ts';
import { defaultTimeLimits, sampleTime, type TimeLimits } from './sample-time.ts';
import type { SeriesRegistry } from './series-registry.ts';

export interface NormaliserOptions extends LeafLimits {
  readonly deviceId: DeviceId;
  readonly registry: SeriesRegistry;
  readonly writer: SampleWriter;
  readonly counters: NormaliseCounters;
  /** Of leaves that are not known yet; others are counted and not stored. Default: all are. */
  readonly wanted?: (path: Path) => boolean;
  /** Looked at with every notification. */
  readonly timeLimits?: TimeLimits;
  /** Told of whatever is not stored as it was sent. */
  readonly troubles?: TroubleListener;
}

export class Normaliser {
  readonly #options: NormaliserOptions;
  readonly #limits: TimeLimits;
  readonly #leaves: LeafSet;
  readonly #samples: LeafSamples;
  #generation = 0;
  /** By their texts, paths of values that no decoder knew; null once the connect was compared with the store. */
  #undecoded: Map<string, Path> | null = new Map();

  constructor(options: NormaliserOptions) {
    this.#options = options;
    this.#limits = options.timeLimits ?? defaultTimeLimits;
    this.#leaves = new LeafSet(options);
    this.#samples = new LeafSamples(options);
  }

  accept(notification: Notification): void {
    switch (notification.kind) {
      case 'update':
        this.#update(notification);
        return;
      case 'sync':
        // What has not come by now may only be late; see `sweep`.
        return;
      case 'gap':
        this.#breakOff();
        return;
      default:
        notification satisfies never;
    }
  }

  #update(notification: Extract<Notification, { kind: 'update' }>): void {
    const { counters } = this.#options;
    const { timeUs, fault } = sampleTime(
      notification.timestampNs,
      notification.receivedAtMs,
      this.#limits,
    );
    counters.received += notification.updates.length + notification.undecodable;
    counters.undecodable += notification.undecodable;
    if (fault) counters.clockFaults += 1;
    this.#tell(notification, fault);
    const sent = this.#lastOfEach(notification.updates);
    const undecoded = this.#seeUndecoded(notification.undecodedAt ?? []);
    const isSent = (leaf: Leaf) => sent.has(leaf.key) || undecoded.has(leaf);
    const at = { timeUs, byDevice: !fault && notification.timestampNs !== 0n };
    for (const path of notification.deletes) this.#delete(path, isSent, at);
    if (notification.atomicUnder !== null) this.#replace(notification.atomicUnder, isSent, at);
    for (const [key, update] of sent) {
      const lost = this.#leafUpdate(key, update, at, fault ? quality.clockFault : 0);
      if (lost === null) continue;
      counters[lost === 'filtered' ? 'filtered' : 'overLimit'] += 1;
      const { receivedAtMs: atMs } = notification;
      this.#options.troubles?.noticed({ kind: lost, path: key, count: 1, atMs });
    }
  }

  /** What is known before the leaves are looked at. */
  #tell(notification: Extract<Notification, { kind: 'update' }>, fault: boolean): void {
    const { undecodable, undecodedAt = [], receivedAtMs: atMs, timestampNs } = notification;
    const { troubles } = this.#options;
    if (troubles === undefined) return;
    for (const trouble of notification.troubles ?? []) troubles.noticed(trouble);
    if (fault) {
      const value = stampText(timestampNs);
      troubles.noticed({ kind: 'clock-fault', path: null, count: 1, atMs, value });
    }
    for (const path of undecodedAt) {
      troubles.noticed({ kind: 'undecodable', path: formatPath(path), count: 1, atMs });
    }
    const count = undecodable - undecodedAt.length;
    if (count > 0) troubles.noticed({ kind: 'undecodable', path: null, count, atMs });
  }

  /** Updates by path text; of a path that stands twice in one notification the last counts (gNMI §2.1). */
  #lastOfEach(updates: readonly LeafUpdate[]): ReadonlyMap<string, LeafUpdate> {
    const last = new Map<string, LeafUpdate>();
    for (const update of updates) {
      const key = formatPath(update.path);
      if (last.has(key)) this.#options.counters.repeated += 1;
      last.set(key, update);
    }
    return last;
  }

  /** Leaves whose values no decoder knew: they are there all the same. */
  #seeUndecoded(paths: readonly Path[]): ReadonlySet<Leaf> {
    const leaves = new Set<Leaf>();
    for (const path of paths) {
      this.#undecoded?.set(formatPath(path), path);
      for (const leaf of this.#leaves.livingWithin(path)) {
        leaf.generation = this.#generation;
        leaves.add(leaf);
      }
    }
    return leaves;
  }

  /** Answers why the update is not stored; null where it is. */
  #leafUpdate(
    key: string,
    update: LeafUpdate,
    at: LeafTime,
    faultBits: number,
  ): 'filtered' | 'over-limit' | null {
    const { timeUs } = at;
    const known = this.#leaves.get(key);
    if (known === undefined && this.#options.wanted?.(update.path) === false) return 'filtered';
    const leaf = known?.valueKind === update.value.kind ? known : this.#leafFor(key, update, at);
    if (leaf === null || !this.#welcome(leaf, timeUs)) return 'over-limit';
    leaf.generation = this.#generation;
    this.#options.counters.coalesced += update.duplicates;
    const bits = faultBits | (update.duplicates > 0 ? quality.coalesced : 0);
    this.#samples.write(leaf, update.value, timeUs, bits);
    return null;
  }

  /** Of a path that is not known, or whose value is of another type than before; null where there is no room. */
  #leafFor(key: string, { path, value }: LeafUpdate, at: LeafTime): Leaf | null {
    const known = this.#leaves.get(key);
    if (this.#leaves.isFull && (known === undefined || known.end !== null)) return null;
    const { kind, unit } = classifyMetric(metricOf(path), value);
    const ref = this.#refOf(key, path, { kind, unit });
    if (known?.ref === ref) {
      known.valueKind = value.kind;
      return known;
    }
    if (known !== undefined) this.#giveWay(known, at);
    const generation = this.#generation;
    const leaf = newLeaf({ key, path, kind, valueKind: value.kind, ref, generation });
    this.#leaves.add(leaf);
    return leaf;
  }

  #refOf(key: string, path: Path, { kind, unit }: MetricClass): number {
    const { deviceId, registry } = this.#options;
    const [metric, keys] = [metricOf(path), keysOf(path)];
    return registry.refOf({ deviceId, path: key, metric, keys, kind, unit });
  }

  /** A leaf whose value has become of another class is another series, and the old one ends. */
  #giveWay(old: Leaf, at: LeafTime): void {
    if (old.end !== null) return;
    const endUs = endTimeOf(old, at);
    if (endUs !== null) this.#options.writer.end(old.ref, endUs, false);
    this.#leaves.remove(old);
  }

  /** Lets a leaf that was gone live again, where the sample says that it does; false where there is no room for it. */
  #welcome(leaf: Leaf, timeUs: number): boolean {
    const { end } = leaf;
    if (end === null) return true;
    const told = returnOf(end, leaf, { timeUs, generation: this.#generation });
    if (told === 'history') return true;
    if (this.#leaves.isFull) return false;
    leaf.lastInteger = null;
    if (told === 'new-life') leaf.lastText = null;
    else {
      this.#options.counters.deletesWithdrawn += 1;
      this.#options.writer.end(leaf.ref, end.timeUs, true);
    }
    this.#leaves.revive(leaf);
    return true;
  }

  /** May name a container or hold wildcards. What the same message sends again lives on, as another counter. */
  #delete(container: Path, isSent: (leaf: Leaf) => boolean, at: LeafTime): void {
    for (const leaf of this.#leaves.livingWithin(container)) {
      if (isSent(leaf)) {
        leaf.lastInteger = null;
        this.#options.counters.deleted += 1;
      } else this.#end(leaf, at);
    }
  }

  /** An atomic message: what is not in it is gone. */
  #replace(container: Path, isSent: (leaf: Leaf) => boolean, at: LeafTime): void {
    for (const leaf of this.#leaves.livingWithin(container)) {
      if (!isSent(leaf)) this.#end(leaf, at);
    }
  }

  /** Some time after the sync at `syncedAtMs`: what this connect owed and has not sent again is gone since then. */
  sweep(syncedAtMs: number, owed: (path: Path) => boolean): void {
    const at = { timeUs: usFromMs(syncedAtMs), byDevice: false };
    for (const leaf of this.#leaves) {
      const seen = leaf.end !== null || leaf.generation === this.#generation;
      if (!seen && owed(leaf.path)) this.#end(leaf, at);
    }
  }

  /**
   * What the store knows, compared with what the connect that synced at `syncedAtMs` has brought. What lives there and did
   * not come went away while nobody listened, or its end was lost; what ended there and came is there.
   */
  sweepStored(stored: readonly StoredLeaf[], syncedAtMs: number): void {
    const at = { timeUs: usFromMs(syncedAtMs), byDevice: false };
    const undecoded = this.#undecodedOf(stored);
    this.#undecoded = null;
    for (const leaf of stored) {
      if (leaf.endsUs.length > 0) this.#takeBack(leaf);
      else if (!undecoded.has(leaf.key)) this.#endStored(leaf, at);
    }
  }

  /** Keys of those that this connect has sent values of, though none that a decoder knew. */
  #undecodedOf(stored: readonly StoredLeaf[]): ReadonlySet<string> {
    if (this.#undecoded === null || this.#undecoded.size === 0) return new Set();
    const tree = new PathTree<StoredLeaf>();
    for (const leaf of stored) tree.add(leaf);
    const leaves = Array.from(this.#undecoded.values(), (path) => tree.within(path)).flat();
    return new Set(leaves.map(({ key }) => key));
  }

  #endStored({ key, path, kind, unit, lastTimeUs }: StoredLeaf, at: LeafTime): void {
    const known = this.#leaves.get(key);
    const ref = this.#refOf(key, path, { kind, unit });
    if (known?.ref === ref) {
      // Told before, and lost on its way or not stored yet; a second time it does no harm.
      if (known.end !== null) this.#options.writer.end(ref, known.end.timeUs, false);
      return;
    }
    const leaf = newLeaf({ key, path, kind, valueKind: null, ref, generation: 0 });
    leaf.lastTimeUs = lastTimeUs;
    leaf.end = { ...at, timeUs: endTimeOf(leaf, at)!, generation: this.#generation };
    // Of another class; the leaf itself is there.
    if (known === undefined) this.#leaves.remember(leaf);
    this.#options.counters.deleted += 1;
    this.#options.writer.end(ref, leaf.end.timeUs, false);
  }

  /** Sent in this connect with the time of its last change, which is before ends that another session told. */
  #takeBack({ key, kind, unit, endsUs }: StoredLeaf): void {
    const leaf = this.#leaves.get(key);
    if (leaf === undefined || leaf.end !== null || leaf.generation !== this.#generation) return;
    const { registry, counters, writer } = this.#options;
    // Another class is another series, and that one did end.
    if (leaf.kind !== kind || registry.definition(leaf.ref).unit !== unit) return;
    for (const endUs of endsUs) {
      if (endUs <= leaf.lastTimeUs) continue;
      counters.deletesWithdrawn += 1;
      writer.end(leaf.ref, endUs, true);
    }
  }

  /** Of an end that lies before the leaf's newest sample only the store learns: it was away for a while. */
  #end(leaf: Leaf, at: LeafTime): void {
    const timeUs = endTimeOf(leaf, at);
    this.#options.counters.deleted += 1;
    this.#options.writer.end(leaf.ref, timeUs ?? at.timeUs, false);
    if (timeUs === null) return;
    this.#leaves.end(leaf, { ...at, timeUs, generation: this.#generation });
  }

  /** The next counter samples must not bridge the hole; states stay known, so that an unchanged one is not stored again. */
  #breakOff(): void {
    this.#generation += 1;
    this.#undecoded = new Map();
    for (const leaf of this.#leaves) leaf.lastInteger = null;
  }
}

function stampText(ns: bigint): string {
  const ms = Number(ns / 1_000_000n);
  return Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : `${ns} ns`;
}
