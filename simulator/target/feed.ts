/**
 * One subscription of one stream: knows what is still to be sent and when more falls due. A leaf that falls due again
 * while it waits is sent once, with its newest value, and counts the others as `duplicates` (gNMI §2.1).
 */
import type { Path as WirePath } from '../../proto/generated/gnmi/gnmi.ts';
import type { ModelChange } from './device-model.ts';
import type { NotificationEncoder } from './notification-encoder.ts';
import { sameValue } from './same-value.ts';
import type { SelectedLeaf, Selection } from './selection.ts';
import { typedValueOf, type ServedEncoding } from './typed-value.ts';

/** Keeps messages well below the 4 MiB that gRPC clients accept by default. */
const maxUpdatesPerMessage = 500;

export interface FeedOptions {
  readonly selection: Selection;
  readonly encoding: ServedEncoding;
  /** Time between samples; Infinity: only sent on change, or when polled. */
  readonly intervalMs: number;
  /** True when every change is sent as it happens. */
  readonly followsChanges: boolean;
  /** Time after which everything is sent whether it changed or not; Infinity: never. */
  readonly heartbeatMs: number;
  readonly suppressRedundant: boolean;
}

export class Feed {
  readonly #options: FeedOptions;
  /** Leaf to how many of its values wait; in the order in which they fell due. */
  readonly #waiting = new Map<SelectedLeaf, number>();
  #deletes: WirePath[] = [];
  #initialLeft = 0;
  #nextSampleMs: number;
  #nextHeartbeatMs: number;

  constructor(options: FeedOptions, nowMs: number) {
    this.#options = options;
    this.#nextSampleMs = nowMs + options.intervalMs;
    this.#nextHeartbeatMs = nowMs + options.heartbeatMs;
  }

  get dueAtMs(): number {
    return Math.min(this.#nextSampleMs, this.#nextHeartbeatMs);
  }

  /** True once everything that `sendAll` queued has been handed over: time for sync_response. */
  get settled(): boolean {
    return this.#initialLeft <= 0;
  }

  /** Queues the whole set: at the start, and for each poll. */
  sendAll(): void {
    for (const leaf of this.#options.selection.leaves) leaf.sent = null;
    this.#queueAll();
    this.#initialLeft = this.#waiting.size;
  }

  /** Queues what falls due at `nowMs`; missed beats are not made up for. */
  beat(nowMs: number): void {
    const { intervalMs, heartbeatMs, selection } = this.#options;
    const heartbeat = nowMs >= this.#nextHeartbeatMs;
    if (heartbeat) {
      for (const leaf of selection.leaves) leaf.sent = null;
      this.#nextHeartbeatMs = following(this.#nextHeartbeatMs, heartbeatMs, nowMs);
    }
    const sample = nowMs >= this.#nextSampleMs;
    if (sample) this.#nextSampleMs = following(this.#nextSampleMs, intervalMs, nowMs);
    if (sample || heartbeat) this.#queueAll();
  }

  change(change: ModelChange): void {
    const { selection, followsChanges } = this.#options;
    switch (change.kind) {
      case 'set': {
        const entry = selection.include(change.leaf);
        if (entry !== null && followsChanges) this.#queue(entry);
        return;
      }
      case 'delete': {
        const { gone, deletes } = selection.exclude(change.path);
        for (const entry of gone) this.#waiting.delete(entry);
        this.#deletes.push(...deletes);
        this.#initialLeft = Math.min(this.#initialLeft, this.#waiting.size);
        return;
      }
      default:
        change satisfies never;
    }
  }

  /** The next message to write, or null when nothing waits. Values are as of the model's last tick, `timestampNs`. */
  next(encoder: NotificationEncoder, timestampNs: bigint): Buffer | null {
    if (this.#deletes.length > 0) {
      const deletes = this.#deletes;
      this.#deletes = [];
      encoder.begin({ timestampNs, prefix: this.#options.selection.barePrefix, deletes });
      return encoder.finish();
    }
    let count = 0;
    for (const [entry, values] of this.#waiting) {
      this.#waiting.delete(entry);
      this.#initialLeft -= 1;
      const value = entry.leaf.read();
      if (this.#redundant(entry, value)) continue;
      entry.sent = value;
      if (count === 0) encoder.begin({ timestampNs, prefix: this.#options.selection.prefix });
      const typed = typedValueOf(value, this.#options.encoding, entry.leaf.integerBits);
      encoder.update(entry.pathField, typed, values - 1);
      count += 1;
      if (count === maxUpdatesPerMessage) break;
    }
    return count === 0 ? null : encoder.finish();
  }

  #redundant(entry: SelectedLeaf, value: SelectedLeaf['sent'] & object): boolean {
    if (!this.#options.suppressRedundant || entry.sent === null) return false;
    return sameValue(entry.sent, value);
  }

  #queueAll(): void {
    for (const entry of this.#options.selection.leaves) this.#queue(entry);
  }

  #queue(entry: SelectedLeaf): void {
    this.#waiting.set(entry, (this.#waiting.get(entry) ?? 0) + 1);
  }
}

/** The first point of a grid (`from`, `from + step`, …) that lies after `nowMs`. */
function following(from: number, step: number, nowMs: number): number {
  return from + step * (Math.floor((nowMs - from) / step) + 1);
}
