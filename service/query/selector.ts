/**
 * Which series a selector names. Matching is structural, element by element; the database is only asked for what it can
 * compare exactly (metrics, ids, names).
 */
import type { SeriesSelector } from '../../core/contract/query.ts';
import { NocturneError } from '../../core/errors.ts';
import { matchesName } from '../../core/query/name-pattern.ts';
import { elem, isWithin, parsePath, type Path } from '../../core/telemetry/path.ts';
import type { SeriesFilter, SeriesRow } from '../store/reading/series.ts';

export interface ParsedSelector {
  readonly selector: SeriesSelector;
  readonly pattern: Path;
  /** The pattern without keys, to be compared with metrics. */
  readonly metricPattern: Path;
  readonly hasKeys: boolean;
}

/** @throws PATH_INVALID */
export function parseSelector(selector: SeriesSelector): ParsedSelector {
  const parsed = parsePath(selector.path);
  if (!parsed.ok) throw new NocturneError('PATH_INVALID', parsed.problem);
  const pattern = withoutRepeats(parsed.value);
  return {
    selector,
    pattern,
    metricPattern: { origin: pattern.origin, elems: pattern.elems.map(({ name }) => elem(name)) },
    hasKeys: pattern.elems.some(({ keys }) => Object.keys(keys).length > 0),
  };
}

/** `.../...` says no more than `...`, but would be tried in every way there is. */
function withoutRepeats({ origin, elems }: Path): Path {
  const repeats = (at: number) => elems[at]?.name === '...' && elems[at - 1]?.name === '...';
  return { origin, elems: elems.filter((_, at) => !repeats(at)) };
}

/** What no stored text can hold (half a character would be asked for as U+FFFD), so that nothing can match it. */
const isStorable = (text: string) => !text.includes('\0') && text.isWellFormed();

/** The exact part of the selector, for the database; null where nothing can match. */
export function filterOf(
  parsed: ParsedSelector,
  allMetrics: readonly string[],
  aliveSinceMs: number | null,
): SeriesFilter | null {
  const { selector } = parsed;
  if (selector.site !== undefined && !isStorable(selector.site)) return null;
  const names = selector.devices?.filter(isStorable);
  const exactNames = names?.every((name) => !name.includes('*')) ?? false;
  return {
    metrics: allMetrics.filter((metric) => matchesMetric(parsed, metric)),
    deviceIds: selector.deviceIds ?? null,
    deviceNames: exactNames ? (names ?? null) : null,
    site: selector.site ?? null,
    aliveSinceMs,
  };
}

export function matchesMetric(parsed: ParsedSelector, metric: string): boolean {
  const path = parsePath(metric);
  return path.ok && isWithin(parsed.metricPattern, path.value);
}

/** What the database could not compare: keys and wildcards in device names. */
export function matchesSeries(parsed: ParsedSelector, series: SeriesRow): boolean {
  const { devices } = parsed.selector;
  if (devices?.some((pattern) => matchesName(pattern, series.device)) === false) return false;
  if (!parsed.hasKeys) return true;
  const path = parsePath(series.path);
  return path.ok && isWithin(parsed.pattern, path.value);
}
