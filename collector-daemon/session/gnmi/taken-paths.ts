/** Which of the paths subscribed a target takes, as far as is known: those that it refused are left out for a while. */
import type { PathSubscription } from '../../../core/inventory/collection-target.ts';
import type { FailureClass } from '../session-state.ts';

/** A path that was refused is asked for again by the first connect after so long: targets are upgraded. */
const probeLifeMs = 3_600_000;

export class TakenPaths {
  readonly subscribed: readonly PathSubscription[];
  #taken: readonly PathSubscription[];
  #provedAtMs: number | null = null;
  #failedForGood = false;

  constructor(subscribed: readonly PathSubscription[]) {
    this.subscribed = subscribed;
    this.#taken = subscribed;
  }

  get taken(): readonly PathSubscription[] {
    return this.#taken;
  }

  proved(taken: readonly PathSubscription[], nowMs: number): void {
    this.#taken = taken;
    this.#provedAtMs = nowMs;
  }

  forget(): void {
    this.#taken = this.subscribed;
    this.#provedAtMs = null;
  }

  failed(failureClass: FailureClass): void {
    this.#failedForGood = failureClass === 'permanent';
  }

  connecting(nowMs: number): void {
    if (this.#provedAtMs === null) return;
    if (this.#failedForGood || nowMs - this.#provedAtMs > probeLifeMs) this.forget();
  }
}
