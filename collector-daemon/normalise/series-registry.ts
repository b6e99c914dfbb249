/** Gives every series of one worker its dense `ref` and remembers which ones no batch has introduced yet. */
import type { SeriesDefinition } from '../../core/telemetry/series.ts';

export class SeriesRegistry {
  readonly #definitions: SeriesDefinition[] = [];
  readonly #byKey = new Map<string, number>();
  #introduced = 0;

  /** The ref of a series, the same for the same (device, path, kind, unit), whichever session asks. */
  refOf(series: Omit<SeriesDefinition, 'ref'>): number {
    const key = `${series.deviceId}\n${series.path}\n${series.kind}\n${series.unit}`;
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    const ref = this.#definitions.length;
    this.#definitions.push({ ...series, ref });
    this.#byKey.set(key, ref);
    return ref;
  }

  get size(): number {
    return this.#definitions.length;
  }

  definition(ref: number): SeriesDefinition {
    const found = this.#definitions[ref];
    if (found === undefined) throw new RangeError(`no series has the ref ${ref}`);
    return found;
  }

  /** All series since the last call; a batch being sealed takes them. */
  takeIntroduced(): readonly SeriesDefinition[] {
    const fresh = this.#definitions.slice(this.#introduced);
    this.#introduced = this.#definitions.length;
    return fresh;
  }
}
