import type { LiveSeries } from '../../live/live-series.ts';
import type { SeriesStyle } from '../series-style.ts';

export interface SeriesSummary {
  readonly id: number;
  readonly label: string;
  readonly last: number | null;
  readonly least: number | null;
  readonly mean: number | null;
  readonly greatest: number | null;
}

/** Last, least, mean and greatest of what is on screen, on screen scale, without the sign of mirroring. */
export function summarise(series: LiveSeries, style: SeriesStyle): SeriesSummary {
  const sign = style.mirrored ? -1 : 1;
  const known = series.values.flatMap((value) =>
    value === null ? [] : [sign * style.place(value)],
  );
  const newest = series.newest?.value ?? null;
  const empty = known.length === 0;
  return {
    id: style.id,
    label: style.label,
    last: newest === null ? null : sign * style.place(newest),
    least: empty ? null : known.reduce((left, right) => Math.min(left, right)),
    mean: empty ? null : known.reduce((left, right) => left + right, 0) / known.length,
    greatest: empty ? null : known.reduce((left, right) => Math.max(left, right)),
  };
}
