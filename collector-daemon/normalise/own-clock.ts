/**
 * Our own clock, as the stamps of one device see it. It may be set as well, and then the device has not stepped: its
 * stamps are looked at as if ours had gone on, until they agree with it as it is now.
 */

/** Less is how clocks differ, and how they are slewed. */
const stepUs = 1_000_000;
/** Stamps so near say that our clock is right as it is. */
const agreesUs = 10_000_000;

export class OwnClock {
  /** A counter that only ever goes on; without it only steps back are seen. */
  readonly #ticksMs: (() => number) | undefined;
  #receivedUs = Number.NaN;
  #ticksUs = 0;
  /** By which ours was set since the device was judged. */
  #setByUs = 0;
  /** The stamp that was just received is the first that agrees with our clock since that was set. */
  agreesAnew = false;

  constructor(ticksMs?: () => number) {
    this.#ticksMs = ticksMs;
  }

  /** Called with every receive time. */
  heard(receivedUs: number): void {
    const ticksUs = this.#ticksMs === undefined ? Number.NaN : this.#ticksMs() * 1_000;
    const passedUs = receivedUs - this.#receivedUs;
    const setUs = Number.isNaN(ticksUs)
      ? Math.min(0, passedUs)
      : passedUs - (ticksUs - this.#ticksUs);
    if (Math.abs(setUs) > stepUs) this.#setByUs += setUs;
    this.#receivedUs = receivedUs;
    this.#ticksUs = ticksUs;
  }

  /** How far a stamp that was just received is ahead of our clock. */
  offsetOf(stampUs: number): number {
    const offsetUs = stampUs - this.#receivedUs;
    this.agreesAnew = false;
    if (this.#setByUs === 0) return offsetUs;
    if (Math.abs(offsetUs) > agreesUs) return offsetUs + this.#setByUs;
    this.#setByUs = 0;
    this.agreesAnew = true;
    return offsetUs;
  }
}
