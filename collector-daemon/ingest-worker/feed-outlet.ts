/**
 * Hands bundles of feed frames to the main thread against its credits. Without credit the newest bundles wait up to a
 * bound; beyond it the oldest lose their payload, never their sequence number or the series they introduce.
 */
import type { FeedPart } from './worker-protocol.ts';

const initialCredits = 16;
const maxWaiting = 64;

export class FeedOutlet {
  readonly #send: (parts: readonly FeedPart[]) => void;
  readonly #dropped: (frames: number) => void;
  #credits = initialCredits;
  #waiting: (readonly FeedPart[])[] = [];

  constructor(send: (parts: readonly FeedPart[]) => void, dropped: (frames: number) => void) {
    this.#send = send;
    this.#dropped = dropped;
  }

  offer(parts: readonly FeedPart[]): void {
    if (this.#credits > 0) {
      this.#credits -= 1;
      this.#send(parts);
      return;
    }
    this.#waiting.push(parts);
    if (this.#waiting.length > maxWaiting) this.#shrinkOldest();
  }

  credit(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#credits += 1;
    else this.#send(next);
  }

  /** The two oldest bundles become one without payloads. */
  #shrinkOldest(): void {
    const [first, second] = this.#waiting.splice(0, 2);
    const lost = [...first!, ...second!];
    this.#dropped(lost.filter(({ payload }) => payload !== null).length);
    this.#waiting.unshift(lost.map((part) => ({ ...part, payload: null })));
  }
}
