/**
 * Notifications of one device → rows of samples, in order. Holds per leaf what the next sample needs: the predecessor
 * of a counter, the last text of a state, and whether the leaf was seen since the last connect (mark and sweep).
 */
import type { DeviceId } from '../../core/id.ts';
import { classifyMetric } from '../../core/telemetry/metric-catalog.ts';
import type { LeafUpdate, Notification } from '../../core/telemetry/notification.ts';
import { formatPath, isWithin, keysOf, metricOf, type Path } from '../../core/telemetry/path.ts';
import { type NumberRow, quality, type SampleWriter } from '../../core/telemetry/sample.ts';
import type { SeriesKind } from '../../core/telemetry/series.ts';
import { exactInteger, type LeafValue, numberOf, textOf } from '../../core/telemetry/value.ts';
import { counterStep } from './counter-delta.ts';
import type { NormaliseCounters } from './normalise-counters.ts';
import { defaultTimeLimits, sampleTime, type TimeLimits } from './sample-time.ts';
import type { SeriesRegistry } from './series-registry.ts';

interface Leaf {
  readonly path: Path;
  readonly kind: SeriesKind;
  /** Type of the value the class was derived from: a leaf that changes it starts a new series. */
  readonly valueKind: LeafValue['kind'];
  readonly ref: number;
  /** Generation of the connect in which the leaf was last seen. */
  generation: number;
  lastTimeUs: number;
  lastInteger: bigint | null;
  lastNumber: number;
  lastText: string | null;
}

export interface NormaliserOptions {
  readonly deviceId: DeviceId;
  readonly registry: SeriesRegistry;
  readonly writer: SampleWriter;
  readonly counters: NormaliseCounters;
  /** Looked at with every notification. */
  readonly timeLimits?: TimeLimits;
  /** Series one device may have; leaves beyond it are counted and not stored. */
  readonly maxSeries?: number;
}

export class Normaliser {
  readonly #options: NormaliserOptions;
  readonly #limits: TimeLimits;
  readonly #leaves = new Map<string, Leaf>();
  readonly #row: NumberRow = { series: 0, timeUs: 0, value: 0, delta: 0, spanMs: 0, quality: 0 };
  #generation = 0;

  constructor(options: NormaliserOptions) {
    this.#options = options;
    this.#limits = options.timeLimits ?? defaultTimeLimits;
  }

  accept(notification: Notification): void {
    switch (notification.kind) {
      case 'update':
        this.#update(notification);
        return;
      case 'sync':
        this.#sweep();
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
    for (const path of notification.deletes) this.#forgetWithin(path);
    const sent = this.#lastOfEach(notification.updates);
    for (const [key, update] of sent) {
      this.#leafUpdate(key, update, timeUs, fault ? quality.clockFault : 0);
    }
    if (notification.atomicUnder !== null) this.#forgetWithin(notification.atomicUnder, sent);
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

  #leafUpdate(key: string, update: LeafUpdate, timeUs: number, faultBits: number): void {
    const leaf = this.#leafFor(key, update);
    if (leaf === null) {
      this.#options.counters.overLimit += 1;
      return;
    }
    leaf.generation = this.#generation;
    this.#options.counters.coalesced += update.duplicates;
    const bits = faultBits | (update.duplicates > 0 ? quality.coalesced : 0);
    if (leaf.kind === 'state') this.#stateSample(leaf, update.value, timeUs);
    else this.#numberSample(leaf, update.value, timeUs, bits);
  }

  #leafFor(key: string, { path, value }: LeafUpdate): Leaf | null {
    const known = this.#leaves.get(key);
    if (known !== undefined && known.valueKind === value.kind) return known;
    const { deviceId, registry, maxSeries = 100_000 } = this.#options;
    if (known === undefined && this.#leaves.size >= maxSeries) return null;
    const metric = metricOf(path);
    const { kind, unit } = classifyMetric(metric, value);
    const ref = registry.refOf({ deviceId, path: key, metric, keys: keysOf(path), kind, unit });
    const leaf: Leaf = {
      path,
      kind,
      valueKind: value.kind,
      ref,
      generation: this.#generation,
      lastTimeUs: Number.NEGATIVE_INFINITY,
      lastInteger: null,
      lastNumber: Number.NaN,
      lastText: null,
    };
    this.#leaves.set(key, leaf);
    return leaf;
  }

  #stateSample(leaf: Leaf, value: LeafValue, timeUs: number): void {
    const text = textOf(value);
    if (leaf.lastText === text) {
      this.#options.counters.unchanged += 1;
      return;
    }
    if (timeUs >= leaf.lastTimeUs) {
      leaf.lastText = text;
      leaf.lastTimeUs = timeUs;
    }
    this.#options.writer.text(leaf.ref, timeUs, text);
  }

  #numberSample(leaf: Leaf, value: LeafValue, timeUs: number, bits: number): void {
    const number = numberOf(value)!;
    if (timeUs === leaf.lastTimeUs && number === leaf.lastNumber) {
      this.#options.counters.repeated += 1;
      return;
    }
    const row = this.#row;
    row.series = leaf.ref;
    row.timeUs = timeUs;
    row.value = number;
    row.delta = Number.NaN;
    row.spanMs = -1;
    row.quality = bits;
    if (leaf.kind === 'counter') this.#countStep(leaf, exactInteger(value), timeUs, row);
    if (timeUs > leaf.lastTimeUs) {
      leaf.lastTimeUs = timeUs;
      leaf.lastNumber = number;
    }
    this.#options.writer.number(row);
  }

  /** Fills delta and span. A sample that is not newer than its predecessor has neither and does not become one. */
  #countStep(leaf: Leaf, integer: bigint | null, timeUs: number, row: NumberRow): void {
    const spanMs = Math.round((timeUs - leaf.lastTimeUs) / 1_000);
    if (timeUs <= leaf.lastTimeUs) return;
    if (integer !== null && leaf.lastInteger !== null && spanMs > 0 && spanMs <= 0x7fffffff) {
      const step = counterStep(leaf.lastInteger, integer);
      row.delta = Number(step.delta);
      row.spanMs = spanMs;
      row.quality |= step.quality;
    }
    leaf.lastInteger = integer;
  }

  /** A delete may name a container or hold wildcards. */
  #forgetWithin(container: Path, except?: ReadonlyMap<string, unknown>): void {
    for (const [key, leaf] of this.#leaves) {
      if (except?.has(key) === true || !isWithin(container, leaf.path)) continue;
      this.#leaves.delete(key);
      this.#options.counters.deleted += 1;
    }
  }

  /** After sync: what this connect did not send again is gone. */
  #sweep(): void {
    for (const [key, leaf] of this.#leaves) {
      if (leaf.generation === this.#generation) continue;
      this.#leaves.delete(key);
      this.#options.counters.deleted += 1;
    }
  }

  /** The next counter samples must not bridge the hole; states stay known, so that an unchanged one is not stored again. */
  #breakOff(): void {
    this.#generation += 1;
    for (const leaf of this.#leaves.values()) leaf.lastInteger = null;
  }
}
