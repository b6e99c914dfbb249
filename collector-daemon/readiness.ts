/** Why a node does not do its work yet, or any more, in words: `/ready` says them. Ready is who has no reason against it. */
export class Readiness {
  readonly #reasons = new Map<string, string>();
  readonly #looks: (() => readonly string[])[] = [];

  /** One sentence about that part of the node; it stays until `clear`. */
  wait(part: string, sentence: string): void {
    this.#reasons.set(part, sentence);
  }

  clear(part: string): void {
    this.#reasons.delete(part);
  }

  /** Asked at each look, for reasons that come and go by themselves. */
  watch(look: () => readonly string[]): void {
    this.#looks.push(look);
  }

  /** Empty when the node does its work, as far as it knows itself; whether the database answers is another question. */
  reasons(): readonly string[] {
    return [...this.#reasons.values(), ...this.#looks.flatMap((look) => look())];
  }
}
