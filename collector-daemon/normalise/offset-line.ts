/**
 * How far a device's clock is ahead of ours, from its stamps and when they came. A stamp may come late but not early, so
 * the least late ones tell; of stamps that go on as fast as our clock does it is known that they are of "now".
 */

/** Stamps of one line differ by less. */
const widthUs = 1_000_000;
/** What goes further in one step was a step of the clock, or has waited. */
export const leapUs = 5_000_000;
const steadyCount = 3;
const steadyUs = 2_000_000;
/** So long all must have been late before that is the line. */
const lowerUs = 30_000_000;

class Run {
  offsetUs = Number.NaN;
  count = 0;
  #sinceUs = 0;
  #lastUs = 0;

  get lastedUs(): number {
    return this.#lastUs - this.#sinceUs;
  }

  /** Answers whether it lies on the line; else one begins with it. */
  add(offsetUs: number, nowUs: number): boolean {
    const fits = Math.abs(offsetUs - this.offsetUs) <= widthUs;
    if (!fits) {
      this.count = 0;
      this.offsetUs = offsetUs;
      this.#sinceUs = nowUs;
    }
    this.offsetUs = Math.max(this.offsetUs, offsetUs);
    this.count += 1;
    this.#lastUs = nowUs;
    return fits;
  }
}

export class OffsetLine {
  #line = new Run();
  #lower = new Run();

  /** µs; NaN before the first stamp. */
  get offsetUs(): number {
    return this.#line.offsetUs;
  }

  /** Whether stamps went on as our clock does for so long, and so are of "now". */
  isSteady(lastedUs: number = steadyUs): boolean {
    return this.#line.count >= steadyCount && this.#line.lastedUs >= lastedUs;
  }

  /** A stamp that is newer than all before; `nowUs` by a clock that is not set. */
  add(offsetUs: number, nowUs: number): void {
    if (offsetUs < this.offsetUs - widthUs) return this.#addLower(offsetUs, nowUs);
    this.#line.add(offsetUs, nowUs);
    if (this.#lower.count > 0) this.#lower = new Run();
  }

  /** Too far up in one step for a line that was known. */
  leapsTo(offsetUs: number): boolean {
    return offsetUs - this.offsetUs > leapUs && this.isSteady();
  }

  /** A clock that runs fast goes up slowly. */
  creepsTo(offsetUs: number): boolean {
    return Math.abs(offsetUs - this.offsetUs) <= widthUs && this.isSteady();
  }

  #addLower(offsetUs: number, nowUs: number): void {
    this.#lower.add(offsetUs, nowUs);
    if (this.#lower.count < steadyCount || this.#lower.lastedUs < lowerUs) return;
    this.#line = this.#lower;
    this.#lower = new Run();
  }
}
