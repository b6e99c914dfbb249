/** Which series a live query speaks of: the ones the store knows already, and those that appear while it runs. */
import type { SeriesInfo, SeriesSelector } from '../../core/contract/query.ts';
import { isWithin, parsePath, type Path } from '../../core/telemetry/path.ts';
import type { SeriesDefinition } from '../../core/telemetry/series.ts';
import { infoOf, leafKey, livingFirst } from '../query/leaf-series.ts';
import type { SeriesRow } from '../store/reading/series.ts';
import { deviceTopicPrefix, formatTopic, groupOf } from '../../core/telemetry/topic.ts';

/** Answers the series that match now. */
export type SelectSeries = (
  selectors: readonly SeriesSelector[],
  signal: AbortSignal,
) => Promise<readonly SeriesRow[]>;

export class LiveSelection {
  /** Of selectors that series may still join; those that name their series by id are closed. */
  readonly #patterns: readonly Path[];
  readonly #places = new Map<string, number>();
  readonly series: SeriesInfo[] = [];

  constructor(selectors: readonly SeriesSelector[]) {
    this.#patterns = selectors.flatMap(({ path, seriesIds }) => {
      if (seriesIds !== undefined) return [];
      const parsed = parsePath(path);
      return parsed.ok ? [parsed.value] : [];
    });
  }

  /** No series can join any more. */
  get isClosed(): boolean {
    return this.#patterns.length === 0;
  }

  /** Adds the new ones; answers them. */
  add(found: readonly SeriesRow[]): readonly SeriesInfo[] {
    const fresh: SeriesInfo[] = [];
    for (const series of Map.groupBy(found, leafKey).values()) {
      const [living] = livingFirst(series);
      if (living === undefined || this.#places.has(keyOf(living))) continue;
      const place = this.series.length;
      this.series.push(infoOf(living));
      fresh.push(infoOf(living));
      // Late samples of what the leaf was before belong to it, where they are not another line already.
      for (const one of [living, ...series]) {
        if (!this.#places.has(keyOf(one))) this.#places.set(keyOf(one), place);
      }
    }
    return fresh;
  }

  placeOf(definition: SeriesDefinition): number | undefined {
    return this.#places.get(keyOf(definition));
  }

  /** A series the store did not know when it was asked: worth asking again. */
  mayMatch(definition: SeriesDefinition): boolean {
    const path = parsePath(definition.path);
    return path.ok && this.#patterns.some((pattern) => isWithin(pattern, path.value));
  }

  /** What to subscribe to: one port's topic where the selector names the port or its series, else all of a device. */
  topics(selectors: readonly SeriesSelector[]): readonly string[] {
    const exact = selectors.every(
      ({ path, seriesIds }) =>
        seriesIds !== undefined || (/\]/.test(path) && !/\*|\.\.\./.test(path)),
    );
    const topics = this.series.map(({ deviceId, path }) =>
      exact
        ? formatTopic({ kind: 'samples', deviceId, group: groupOf(path) })
        : deviceTopicPrefix(deviceId),
    );
    return [...new Set(topics)];
  }
}

function keyOf({
  deviceId,
  path,
  kind,
  unit,
}: Pick<SeriesDefinition, 'deviceId' | 'path' | 'kind' | 'unit'>): string {
  return `${deviceId}\n${path}\n${kind}\n${unit}`;
}
