/**
 * Looks for a way of asking that the target takes: what a refusal names is changed first, what it was said of is avoided,
 * and of the rest the way that differs least from the usual one comes next. Pure but for what it has tried.
 */
import { type Aspect, aspects, sameWay, type WayOfAsking } from './way-of-asking.ts';

/** A target that refuses everything is not to be asked in every way that there is. */
const maxWays = 12;

const names: Readonly<Record<Aspect, RegExp>> = {
  prefix: /prefix/i,
  origin: /origin/i,
  encoding: /encoding/i,
};

/** What a refusal is said to be for; nothing where it may be for the paths. */
export function namedIn(refusal: string): Aspect[] {
  return aspects.filter((aspect) => names[aspect].test(refusal));
}

export class WaySearch {
  #untried: readonly WayOfAsking[];
  #current: WayOfAsking;
  readonly #blamed = new Set<string>();
  #tried = 1;

  /** @param ways in the order in which they are likely; the first one is asked first */
  constructor(ways: readonly WayOfAsking[]) {
    this.#current = ways[0]!;
    this.#untried = ways.slice(1);
  }

  get current(): WayOfAsking {
    return this.#current;
  }

  /** The next way after a refusal of the current one, or null where all were tried. */
  next(refusal: string): WayOfAsking | null {
    for (const aspect of namedIn(refusal)) this.#blamed.add(valueOf(this.#current, aspect));
    if (this.#tried >= maxWays || this.#untried.length === 0) return null;
    const faults = (way: WayOfAsking) =>
      aspects.filter((aspect) => this.#blamed.has(valueOf(way, aspect))).length;
    const next = this.#untried.toSorted((left, right) => faults(left) - faults(right))[0]!;
    this.#untried = this.#untried.filter((way) => !sameWay(way, next));
    this.#tried += 1;
    this.#current = next;
    return next;
  }
}

function valueOf(way: WayOfAsking, aspect: Aspect): string {
  return `${aspect} ${way[aspect]}`;
}
