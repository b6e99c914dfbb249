/**
 * What one worker's refs mean: a ref's definition since the batch that introduced it, and its database id once a
 * transaction that used it has been committed. One resolver a (node, incarnation, worker).
 */
import type { SeriesId } from '../../../core/id.ts';
import type { SeriesDefinition } from '../../../core/telemetry/series.ts';

export class SeriesResolver {
  readonly #definitions = new Map<number, SeriesDefinition>();
  readonly #ids = new Map<number, SeriesId>();

  learn(definitions: readonly SeriesDefinition[]): void {
    for (const definition of definitions) this.#definitions.set(definition.ref, definition);
  }

  /** Refs that no batch to come has rows of. */
  forget(refs: readonly number[]): void {
    for (const ref of refs) {
      this.#definitions.delete(ref);
      this.#ids.delete(ref);
    }
  }

  /** Series that are known by now. */
  get size(): number {
    return this.#definitions.size;
  }

  /** False where no batch introduced the ref: batches must be given in the order they were sealed. */
  knows(ref: number): boolean {
    return this.#definitions.has(ref);
  }

  /** @throws when no batch introduced the ref */
  definitionOf(ref: number): SeriesDefinition {
    const definition = this.#definitions.get(ref);
    if (definition === undefined) throw new Error(`no batch introduced the series ref ${ref}`);
    return definition;
  }

  idOf(ref: number): SeriesId | undefined {
    return this.#ids.get(ref);
  }

  /** Only after the commit: ids of a transaction rolled back are not there. */
  remember(ids: ReadonlyMap<number, SeriesId>): void {
    for (const [ref, id] of ids) this.#ids.set(ref, id);
  }
}
