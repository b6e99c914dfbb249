/**
 * Notifications of one device → rows of samples and ends of series, in order. Holds per leaf what the next sample needs:
 * the predecessor of a counter, the last text of a state, and whether the leaf was seen since the last connect (mark and
 * sweep).
 */
import type { DeviceId } from '../../core/id.ts';
import type { TroubleListener } from '../../core/telemetry/data-trouble.ts';
import { classifyMetric, leafForm } from '../../core/telemetry/metric-catalog.ts';
import type {
  LeafUpdate,
  Notification,
  UpdateNotification,
} from '../../core/telemetry/notification.ts';
import { formatPath, metricOf, type Path } from '../../core/telemetry/path.ts';
import { quality, type SampleWriter } from '../../core/telemetry/sample.ts';
import { isNumeric, textOf } from '../../core/telemetry/value.ts';
import { usFromMs } from '../../core/time.ts';
import { clearedSince } from './cleared-since.ts';
import { type ClockReading, type ClockStep, DeviceClock } from './device-clock.ts';
import { type Leaf, newLeaf, orderOf, type StoredLeaf } from './leaf.ts';
import { LeafEnds } from './leaf-ends.ts';
import { LeafSamples } from './leaf-samples.ts';
import { type LeafLimits, LeafSet } from './leaf-set.ts';
import type { NormaliseCounters } from './normalise-counters.ts';
import { PathTree } from './path-tree.ts';
import { defaultTimeLimits, ownTime, type TimeLimits } from './sample-time.ts';
import type { SeriesRegistry } from './series-registry.ts';
import { StampEvidence } from './stamp-evidence.ts';
import { clockStepText, stampText } from './clock-words.ts';

export interface NormaliserOptions extends LeafLimits {
  readonly deviceId: DeviceId;
  readonly registry: SeriesRegistry;
  readonly writer: SampleWriter;
  readonly counters: NormaliseCounters;
  /** Of leaves that are not known yet; others are counted and not stored. Default: all are. */
  readonly wanted?: (path: Path) => boolean;
  /** Looked at with every notification. */
  readonly timeLimits?: TimeLimits;
  /** A counter of ms that only goes on, whatever is done to the clock that receive times are of. */
  readonly ticksMs?: (() => number) | undefined;
  /** Told of whatever is not stored as it was sent. */
  readonly troubles?: TroubleListener;
}

const noneSent: ReadonlyMap<string, LeafUpdate> = new Map();

export class Normaliser implements Disposable {
  readonly #options: NormaliserOptions;
  readonly #leaves: LeafSet;
  readonly #samples: LeafSamples;
  readonly #ends: LeafEnds;
  readonly #clock: DeviceClock;
  #generation = 0;
  /** What the notification that is being taken sends. */
  #sent = noneSent;
  /** By their texts, paths of values that no decoder knew; null once the connect was compared with the store. */
  #undecoded: Map<string, Path> | null = new Map();

  constructor(options: NormaliserOptions) {
    this.#options = options;
    const leaves = new LeafSet(options);
    const cleared = clearedSince(leaves, () => this.#sent);
    const samples = new LeafSamples({ ...options, cleared });
    this.#leaves = leaves;
    this.#samples = samples;
    this.#ends = new LeafEnds({ ...options, leaves, samples });
    this.#clock = new DeviceClock({
      limits: options.timeLimits ?? defaultTimeLimits,
      evidence: new StampEvidence(leaves, () => this.#generation),
      ticksMs: options.ticksMs,
    });
  }

  /** The session is over. */
  [Symbol.dispose](): void {
    this.#leaves.clear();
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

  #update(notification: UpdateNotification): void {
    const { counters } = this.#options;
    counters.received += notification.updates.length + notification.undecodable;
    counters.undecodable += notification.undecodable;
    const at = this.#clock.read(notification, this.#generation);
    this.#tell(notification, at);
    if (at.fault) counters.clockFaults += 1;
    if (at.step !== null) this.#stepped(at.step);
    this.#take(notification, at);
  }

  /** What was taken for late, for nobody knew that the clock had been set, is taken again as new. */
  #stepped({ again }: ClockStep): void {
    const { counters } = this.#options;
    counters.clockSteps += 1;
    this.#ends.recent.clear();
    for (const suspect of again) {
      counters.restated += suspect.notification.updates.length;
      this.#take(suspect.notification, this.#clock.readAgain(suspect));
    }
  }

  #take(notification: UpdateNotification, at: ClockReading): void {
    const sent = this.#lastOfEach(notification.updates);
    this.#sent = sent;
    const undecoded = this.#seeUndecoded(placesWithoutValue(notification));
    const isSent = (leaf: Leaf) => sent.has(leaf.key) || undecoded.has(leaf);
    for (const path of notification.deletes) this.#ends.delete(path, isSent, at);
    if (notification.atomicUnder !== null) this.#ends.replace(notification.atomicUnder, isSent, at);
    for (const [key, update] of sent) {
      const lost = this.#leafUpdate(key, update, at);
      if (lost === null) continue;
      this.#options.counters[counterOf[lost]] += 1;
      const { receivedAtMs: atMs } = notification;
      const said = lost === 'undecodable' ? { value: textOf(update.value) } : {};
      this.#options.troubles?.noticed({ kind: lost, path: key, count: 1, atMs, ...said });
    }
    this.#sent = noneSent;
  }

  /** What is known before the leaves are looked at. */
  #tell(notification: UpdateNotification, { fault, step }: ClockReading): void {
    const { undecodable, undecodedAt = [], ambiguous = [], timestampNs } = notification;
    const atMs = notification.receivedAtMs;
    const { troubles } = this.#options;
    if (troubles === undefined) return;
    for (const trouble of notification.troubles ?? []) troubles.noticed(trouble);
    if (fault) {
      const value = stampText(timestampNs, atMs);
      troubles.noticed({ kind: 'clock-fault', path: null, count: 1, atMs, value });
    }
    if (step !== null) {
      const value = clockStepText(step.fromUs, step.toUs);
      troubles.noticed({ kind: 'clock-step', path: null, count: 1, atMs, value });
    }
    for (const path of undecodedAt) {
      troubles.noticed({ kind: 'undecodable', path: formatPath(path), count: 1, atMs });
    }
    for (const { path, entry: value } of ambiguous) {
      troubles.noticed({ kind: 'ambiguous-keys', path: formatPath(path), count: 1, atMs, value });
    }
    const count = undecodable - undecodedAt.length - ambiguous.length;
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
  #leafUpdate(key: string, update: LeafUpdate, at: ClockReading): Lost | null {
    const known = this.#leaves.get(key);
    if (known === undefined && this.#options.wanted?.(update.path) === false) return 'filtered';
    if (known !== undefined && isNoNumber(known, update)) {
      this.#seeUndecoded([update.path]);
      return 'undecodable';
    }
    const leaf = known?.valueKind === update.value.kind ? known : this.#leafFor(key, update, at);
    if (leaf === null || !this.#ends.welcome(leaf, at)) return 'over-limit';
    leaf.generation = this.#generation;
    this.#options.counters.coalesced += update.duplicates;
    const faultBits = at.fault ? quality.clockFault : 0;
    const bits = update.duplicates > 0 ? faultBits | quality.coalesced : faultBits;
    this.#samples.write(leaf, update.value, at, bits);
    return null;
  }

  /** Of a path that is not known, or whose value is of another type than before; null where there is no room. */
  #leafFor(key: string, { path, value }: LeafUpdate, at: ClockReading): Leaf | null {
    const known = this.#leaves.get(key);
    if (this.#leaves.isFull && (known === undefined || known.end !== null)) return null;
    const { kind, unit } = classifyMetric(metricOf(path), value);
    const ref = this.#ends.refOf(key, path, { kind, unit });
    if (known?.ref === ref) {
      known.valueKind = value.kind;
      return known;
    }
    const generation = this.#generation;
    const leaf = newLeaf({ key, path, kind, valueKind: value.kind, ref, generation });
    if (known !== undefined && orderOf(known, at) === 'late') {
      this.#ends.endLate(leaf, known, at);
      return leaf;
    }
    if (known !== undefined) this.#ends.giveWay(known, at);
    const deleted = known === undefined ? this.#ends.recent.over(path, at) : null;
    if (deleted === null) this.#leaves.add(leaf);
    else this.#ends.endUnseen(leaf, deleted);
    return leaf;
  }

  /** Some time after the sync at `syncedAtMs`: what this connect owed and has not sent again is gone since then. */
  sweep(syncedAtMs: number, owed: (path: Path) => boolean): void {
    this.#ends.sweep(syncedAtMs, this.#generation, owed);
  }

  /**
   * What the store knows, compared with what the connect that synced at `syncedAtMs` has brought. What lives there and did
   * not come went away while nobody listened, or its end was lost; what ended there and came is there.
   */
  sweepStored(stored: readonly StoredLeaf[], syncedAtMs: number): void {
    const at = ownTime(usFromMs(syncedAtMs), this.#generation);
    const undecoded = this.#undecodedOf(stored);
    this.#undecoded = null;
    for (const leaf of stored) {
      const sent = this.#sentOf(leaf);
      if (sent !== null) this.#compare(sent, leaf);
      else if (leaf.endsUs.length === 0 && !undecoded.has(leaf.key)) this.#ends.endStored(leaf, at);
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

  /** The leaf as this connect has sent it; another class is another series. */
  #sentOf({ key, kind, unit }: StoredLeaf): Leaf | null {
    const leaf = this.#leaves.get(key);
    if (leaf === undefined || leaf.end !== null || leaf.generation !== this.#generation)
      return null;
    const isSame = leaf.kind === kind && this.#options.registry.definition(leaf.ref).unit === unit;
    return isSame ? leaf : null;
  }

  /** What an earlier session stored with later times than this one has, by another clock, must not pass for newer. */
  #compare(leaf: Leaf, { endsUs, lastTimeUs }: StoredLeaf): void {
    this.#ends.takeBack(leaf, endsUs);
    if (lastTimeUs > leaf.lastTimeUs) this.#samples.restateNewest(leaf, lastTimeUs);
  }

  /** The next counter samples must not bridge the hole; states stay known, so that an unchanged one is not stored again. */
  #breakOff(): void {
    this.#generation += 1;
    this.#undecoded = new Map();
    this.#ends.recent.clear();
    this.#clock.brokeOff();
  }
}

type Lost = 'filtered' | 'over-limit' | 'undecodable';

const counterOf = {
  filtered: 'filtered',
  'over-limit': 'overLimit',
  undecodable: 'undecodable',
} as const satisfies Record<Lost, keyof NormaliseCounters>;

/** A measure that was a number stays one: what it says in words now and then (`N/A`) is no value of another leaf. */
function isNoNumber({ kind }: Leaf, { path, value }: LeafUpdate): boolean {
  if (kind === 'state' || isNumeric(value)) return false;
  const form = leafForm(metricOf(path));
  return form === 'measure' || form === 'float32';
}

/** Something is there that cannot be stored. */
function placesWithoutValue({
  undecodedAt = [],
  ambiguous = [],
}: UpdateNotification): readonly Path[] {
  return ambiguous.length === 0
    ? undecodedAt
    : [...undecodedAt, ...ambiguous.map(({ path }) => path)];
}
