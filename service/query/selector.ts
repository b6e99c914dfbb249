/**
 * Which series a selector names. Matching is structural, element by element; the database is only asked for what it can
 * compare exactly (metrics, ids, names).
 */
import type { SeriesSelector } from '../../core/contract/query.ts';
import { NocturneError } from '../../core/errors.ts';
import { elem, isWithin, parsePath, type Path } from '../../core/telemetry/path.ts';
import type { SeriesFilter, SeriesRow } from '../store/series.ts';

export interface ParsedSelector {
  readonly selector: SeriesSelector;
  readonly pattern: Path;
  /** The pattern without keys, to be compared with metrics. */
  readonly metricPattern: Path;
  readonly hasKeys: boolean;
  readonly devicePatterns: readonly RegExp[] | null;
}

/** @throws PATH_INVALID */
export function parseSelector(selector: SeriesSelector): ParsedSelector {
  const parsed = parsePath(selector.path);
  if (!parsed.ok) throw new NocturneError('PATH_INVALID', parsed.problem);
  const pattern = parsed.value;
  return {
    selector,
    pattern,
    metricPattern: { origin: pattern.origin, elems: pattern.elems.map(({ name }) => elem(name)) },
    hasKeys: pattern.elems.some(({ keys }) => Object.keys(keys).length > 0),
    devicePatterns: selector.devices?.map(namePattern) ?? null,
  };
}

/** `*` stands for any text; everything else for itself. */
function namePattern(text: string): RegExp {
  const escaped = text.split('*').map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'));
  return new RegExp(`^${escaped.join('.*')}$`, 'su');
}

/** The exact part of the selector, for the database. */
export function filterOf(parsed: ParsedSelector, allMetrics: readonly string[]): SeriesFilter {
  const { selector } = parsed;
  const exactNames = selector.devices?.every((name) => !name.includes('*')) ?? false;
  return {
    metrics: allMetrics.filter((metric) => matchesMetric(parsed, metric)),
    deviceIds: selector.deviceIds ?? null,
    deviceNames: exactNames ? (selector.devices ?? null) : null,
    site: selector.site ?? null,
  };
}

function matchesMetric(parsed: ParsedSelector, metric: string): boolean {
  const path = parsePath(metric);
  return path.ok && isWithin(parsed.metricPattern, path.value);
}

/** What the database could not compare: keys and wildcards in device names. */
export function matchesSeries(parsed: ParsedSelector, series: SeriesRow): boolean {
  if (parsed.devicePatterns?.some((pattern) => pattern.test(series.device)) === false) return false;
  if (!parsed.hasKeys) return true;
  const path = parsePath(series.path);
  return path.ok && isWithin(parsed.pattern, path.value);
}
