/**
 * Gives every series of one worker its `ref`, from 0 on and never one twice, and remembers which ones no batch has
 * introduced yet. A series that no session holds any more is retired after a while: where keys come and go for ever, what
 * is gone must not fill the memory. Should it come back, it gets another ref.
 */
import type { SeriesDefinition } from '../../core/telemetry/series.ts';
import { type Clock, systemClock } from '../../core/time.ts';

/** Longer than any row of it is on its way to be sealed. */
const idleMs = 10 * 60_000;

export class SeriesRegistry {
  readonly #clock: Clock;
  readonly #definitions = new Map<number, SeriesDefinition>();
  readonly #byKey = new Map<string, number>();
  /** How many sessions hold each. */
  readonly #holders = new Map<number, number>();
  /** Held by none; since when, the oldest first. */
  readonly #idle = new Map<number, number>();
  #fresh: SeriesDefinition[] = [];
  #next = 0;

  constructor(clock: Clock = systemClock) {
    this.#clock = clock;
  }

  /** The ref of a series, the same for the same (device, path, kind, unit), whichever session asks. */
  refOf(series: Omit<SeriesDefinition, 'ref'>): number {
    const key = keyOf(series);
    const known = this.#byKey.get(key);
    if (known !== undefined) {
      if (this.#idle.has(known)) this.#rest(known);
      return known;
    }
    const definition = { ...series, ref: this.#next };
    this.#next += 1;
    this.#definitions.set(definition.ref, definition);
    this.#byKey.set(key, definition.ref);
    this.#fresh.push(definition);
    this.#rest(definition.ref);
    return definition.ref;
  }

  /** As often as `letGo`. */
  hold(ref: number): void {
    this.#holders.set(ref, (this.#holders.get(ref) ?? 0) + 1);
    this.#idle.delete(ref);
  }

  letGo(ref: number): void {
    const others = (this.#holders.get(ref) ?? 1) - 1;
    if (others > 0) this.#holders.set(ref, others);
    else {
      this.#holders.delete(ref);
      this.#rest(ref);
    }
  }

  /** Those that are known by now. */
  get size(): number {
    return this.#definitions.size;
  }

  definition(ref: number): SeriesDefinition {
    const found = this.#definitions.get(ref);
    if (found === undefined) throw new RangeError(`no series has the ref ${ref}`);
    return found;
  }

  /** All series since the last call; a batch being sealed takes them. */
  takeIntroduced(): readonly SeriesDefinition[] {
    const fresh = this.#fresh;
    this.#fresh = [];
    return fresh;
  }

  /** Refs that no later row will have; their definitions are known until they are forgotten. */
  takeRetired(): readonly number[] {
    const nowMs = this.#clock.nowMs();
    const retired: number[] = [];
    for (const [ref, sinceMs] of this.#idle) {
      // A clock that was set back only makes them stay longer.
      if (nowMs - sinceMs < idleMs) break;
      retired.push(ref);
      this.#idle.delete(ref);
      this.#byKey.delete(keyOf(this.definition(ref)));
    }
    return retired;
  }

  /** What was retired, once no row of it is on its way any more. */
  forget(refs: readonly number[]): void {
    for (const ref of refs) this.#definitions.delete(ref);
  }

  #rest(ref: number): void {
    this.#idle.delete(ref);
    this.#idle.set(ref, this.#clock.nowMs());
  }
}

function keyOf({ deviceId, path, kind, unit }: Omit<SeriesDefinition, 'ref'>): string {
  return `${deviceId}\n${path}\n${kind}\n${unit}`;
}
