/** What the RPCs of one target share: the model, its schema, the beat, and the streams that are open. */
import type { Timer } from '../timer.ts';
import type { DeviceModel, ModelChange } from './device-model.ts';
import { NotificationEncoder } from './notification-encoder.ts';
import { SchemaTree } from './schema-tree.ts';
import { SharedBeat } from './shared-beat.ts';
import type { StreamContext, SubscribeStream } from './subscribe-stream.ts';

export class TargetState implements StreamContext, Disposable {
  readonly model: DeviceModel;
  readonly schema = new SchemaTree();
  readonly beat: SharedBeat;
  readonly encoder = new NotificationEncoder();
  readonly streams = new Set<SubscribeStream>();
  /** Answered to every new Subscribe instead of data while set (a device gone mad). */
  garbage: Buffer | null = null;
  readonly #subscription: Disposable;
  #muted = false;

  constructor(model: DeviceModel, timer: Timer) {
    this.model = model;
    this.beat = new SharedBeat(timer, model);
    for (const leaf of model.leaves()) this.schema.learn(leaf.path);
    for (const path of model.knownPaths ?? []) this.schema.learn(path);
    this.#subscription = model.onChange((change) => this.#spread(change));
  }

  timestampNs(): bigint {
    return BigInt(Math.round(this.model.tickedAtMs * 1_000)) * 1_000n;
  }

  muted(): boolean {
    return this.#muted;
  }

  mute(): void {
    this.#muted = true;
  }

  unmute(): void {
    this.#muted = false;
    for (const stream of this.streams) stream.pump();
  }

  open(stream: SubscribeStream): void {
    this.streams.add(stream);
    if (stream.mode === 'stream') this.beat.add(stream);
  }

  close(stream: SubscribeStream): void {
    this.streams.delete(stream);
    this.beat.delete(stream);
  }

  [Symbol.dispose](): void {
    for (const stream of this.streams) stream.end();
    this.streams.clear();
    this.beat[Symbol.dispose]();
    this.#subscription[Symbol.dispose]();
  }

  #spread(change: ModelChange): void {
    if (change.kind === 'set') this.schema.learn(change.leaf.path);
    for (const stream of this.streams) stream.change(change);
  }
}
