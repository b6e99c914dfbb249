/** A top-N of less than N fills up with lines at 0, of which nobody could say why just these. They are not drawn. */
import type { RangeQuery } from '../../../core/contract/query.ts';
import type { LiveSeries } from '../../live/live-series.ts';

function isZero({ values, newest }: LiveSeries): boolean {
  const quietNow = newest === null || newest.value === null || newest.value === 0;
  return quietNow && values.some((value) => value !== null) && values.every((value) => !value);
}

/** Lines that are at 0 all the time; one whose earlier period is not stays, for the comparison. */
export function quietLines(
  lines: readonly LiveSeries[],
  { top }: Pick<RangeQuery, 'top'>,
): readonly LiveSeries[] {
  if (top === undefined) return [];
  const baseOf = ({ info, marks }: LiveSeries): number => marks.earlier?.seriesId ?? info.id;
  const moving = new Set(lines.filter((line) => !isZero(line)).map(baseOf));
  return lines.filter((line) => !moving.has(baseOf(line)));
}
