/** The one timer of a target: moves the model on when anything falls due, and at least once a second while watched. */
import type { Timer } from '../timer.ts';
import type { DeviceModel } from './device-model.ts';

/** How stale an ON_CHANGE leaf may get that only changes with time (a BGP session coming up, say). */
const longestPauseMs = 1_000;

export interface Beaten {
  readonly dueAtMs: number;
  beat(nowMs: number): void;
}

export class SharedBeat implements Disposable {
  readonly #timer: Timer;
  readonly #model: DeviceModel;
  readonly #watchers = new Set<Beaten>();
  #armed: { readonly atMs: number; readonly call: Disposable } | null = null;

  constructor(timer: Timer, model: DeviceModel) {
    this.#timer = timer;
    this.#model = model;
    model.tick(timer.nowMs());
  }

  /** Moves the model on to now, outside the beat (a new subscriber, a Get, a fault). */
  tickNow(): number {
    const nowMs = this.#timer.nowMs();
    this.#model.tick(nowMs);
    return nowMs;
  }

  add(watcher: Beaten): void {
    this.#watchers.add(watcher);
    this.#arm();
  }

  delete(watcher: Beaten): void {
    this.#watchers.delete(watcher);
    if (this.#watchers.size === 0) this[Symbol.dispose]();
  }

  [Symbol.dispose](): void {
    this.#armed?.call[Symbol.dispose]();
    this.#armed = null;
  }

  #arm(): void {
    let atMs = this.#timer.nowMs() + longestPauseMs;
    for (const watcher of this.#watchers) atMs = Math.min(atMs, watcher.dueAtMs);
    if (this.#armed !== null && this.#armed.atMs <= atMs) return;
    this.#armed?.call[Symbol.dispose]();
    this.#armed = { atMs, call: this.#timer.at(atMs, () => this.#beat()) };
  }

  #beat(): void {
    this.#armed = null;
    const nowMs = this.tickNow();
    for (const watcher of this.#watchers) watcher.beat(nowMs);
    if (this.#watchers.size > 0) this.#arm();
  }
}
