/**
 * The last times at which a state was told, also those that were not stored because it had not changed: when a late one
 * falls between them, the next one is a change.
 */

export interface Told {
  stampUs: number;
  timeUs: number;
  /** Null where the leaf was gone then. */
  text: string | null;
  /** Whether it is stored. */
  written: boolean;
}

/** Lateness is seldom more than an interval. */
const usually = 4;
/** Late ones are not to push each other out, or each would be stored again whenever it is sent again. */
const most = 16;

export class StateHistory {
  /** By stamp, and of one stamp by arrival. */
  readonly #told: Told[] = [];

  clear(): void {
    this.#told.length = 0;
  }

  /** The newest. */
  push(stampUs: number, timeUs: number, text: string | null, written: boolean): void {
    const told = this.#told;
    const next = told.length < usually ? { stampUs, timeUs, text, written } : told.shift()!;
    next.stampUs = stampUs;
    next.timeUs = timeUs;
    next.text = text;
    next.written = written;
    told.push(next);
  }

  insert(told: Told): void {
    this.#told.splice(this.#placeAfter(told.stampUs), 0, told);
    if (this.#told.length > most) this.#told.shift();
  }

  /** What counted at that time. */
  at(stampUs: number): Told | undefined {
    return this.#told[this.#placeAfter(stampUs) - 1];
  }

  /** What came next. */
  after(stampUs: number): Told | undefined {
    return this.#told[this.#placeAfter(stampUs)];
  }

  #placeAfter(stampUs: number): number {
    let place = this.#told.length;
    while (place > 0 && this.#told[place - 1]!.stampUs > stampUs) place -= 1;
    return place;
  }
}
