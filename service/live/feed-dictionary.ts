/** What the series refs of each publisher mean, as far as frames and snapshots have said. */
import type { SeriesDefinition } from '../../core/telemetry/series.ts';

export class FeedDictionary {
  readonly #publishers = new Map<string, { incarnation: number; series: SeriesDefinition[] }>();

  learn(publisher: string, incarnation: number, series: readonly SeriesDefinition[]): void {
    const known = this.#of(publisher, incarnation);
    for (const definition of series) known[definition.ref] = definition;
  }

  find(publisher: string, incarnation: number, ref: number): SeriesDefinition | undefined {
    const known = this.#publishers.get(publisher);
    return known?.incarnation === incarnation ? known.series[ref] : undefined;
  }

  /** A new incarnation counts its refs anew; a late frame of the old one must not be read with the new refs. */
  #of(publisher: string, incarnation: number): SeriesDefinition[] {
    const known = this.#publishers.get(publisher);
    if (known?.incarnation === incarnation) return known.series;
    if (known !== undefined && known.incarnation > incarnation) return [];
    const series: SeriesDefinition[] = [];
    this.#publishers.set(publisher, { incarnation, series });
    return series;
  }
}
