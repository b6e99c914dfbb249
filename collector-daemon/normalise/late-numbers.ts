/** The numbers of a leaf that came late, a few: a target that sends them again adds nothing. */

const most = 8;

export class LateNumbers {
  readonly #stampsUs: number[] = [];
  readonly #numbers: number[] = [];

  has(stampUs: number, number: number): boolean {
    return this.#stampsUs.some((known, at) => known === stampUs && this.#numbers[at] === number);
  }

  add(stampUs: number, number: number): void {
    if (this.#stampsUs.push(stampUs) > most) this.#stampsUs.shift();
    if (this.#numbers.push(number) > most) this.#numbers.shift();
  }
}
