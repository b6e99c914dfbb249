/**
 * A cable between two ports, shared by both devices so that they never disagree. BGP on it follows: the session falls
 * with the link and comes back in the five seconds after it.
 */
export type BgpState = 'IDLE' | 'CONNECT' | 'ACTIVE' | 'OPENSENT' | 'OPENCONFIRM' | 'ESTABLISHED';

const establishMs = 5_000;

export class Link {
  #up = true;
  #changedAtMs: number;
  /** Ups and downs; it came up once. */
  #transitions = 1n;
  #sessionsEnded = 0n;

  /** Up since `upSinceMs`. */
  constructor(upSinceMs: number) {
    this.#changedAtMs = upSinceMs;
  }

  get up(): boolean {
    return this.#up;
  }

  get changedAtMs(): number {
    return this.#changedAtMs;
  }

  get transitions(): bigint {
    return this.#transitions;
  }

  set(up: boolean, nowMs: number): void {
    if (up === this.#up) return;
    if (this.bgpState(nowMs) === 'ESTABLISHED') this.#sessionsEnded += 1n;
    this.#up = up;
    this.#transitions += 1n;
    this.#changedAtMs = nowMs;
  }

  /** RFC 4271 §8.2.2, with the time each state takes made up. */
  bgpState(nowMs: number): BgpState {
    const forMs = nowMs - this.#changedAtMs;
    if (!this.#up) return forMs < 1_000 ? 'IDLE' : 'ACTIVE';
    if (forMs >= establishMs) return 'ESTABLISHED';
    if (forMs < 2_000) return 'CONNECT';
    return forMs < 4_000 ? 'OPENSENT' : 'OPENCONFIRM';
  }

  establishedTransitions(nowMs: number): bigint {
    return this.#sessionsEnded + (this.bgpState(nowMs) === 'ESTABLISHED' ? 1n : 0n);
  }

  /** When the session last came up, ms; null while it is down. */
  establishedAtMs(nowMs: number): number | null {
    return this.bgpState(nowMs) === 'ESTABLISHED' ? this.#changedAtMs + establishMs : null;
  }
}
