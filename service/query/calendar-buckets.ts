/** Buckets of a calendar: in which zone, between which bounds, and how many there may be. */
import type { SeriesInfo } from '../../core/contract/query.ts';
import { NocturneError } from '../../core/errors.ts';
import { estimatePeriods, periodsOf, type Calendar } from '../../core/query/calendar.ts';
import type { Bounds } from '../../core/query/bounds.ts';
import { maxPanelPoints } from '../../core/query/query-plan.ts';
import { isTimeZone, timeZoneProblem } from '../../core/query/time-zone.ts';
import type { TimeRange } from '../../core/query/time-range.ts';
import { spansOf, type PanelQuery } from './panel-query.ts';
import type { SampleSource } from './sample-source.ts';

export interface CalendarBuckets {
  readonly calendar: Calendar;
  /** Whole periods: they span more than was asked for. */
  readonly boundsMs: Bounds;
}

export interface CalendarAsked {
  readonly query: PanelQuery;
  readonly range: TimeRange;
  readonly widthPx: number;
  /** Their sites give the zone where none was asked for. */
  readonly matching: readonly SeriesInfo[];
}

/**
 * Nothing where no calendar was asked for.
 * @throws INPUT_INVALID for no zone or several, QUERY_TOO_LARGE for more periods than a panel has room for
 */
export async function readCalendar(
  source: SampleSource,
  asked: CalendarAsked,
  signal: AbortSignal,
): Promise<CalendarBuckets | undefined> {
  const { buckets } = asked.query;
  if (buckets === undefined || buckets.by === 'range') return undefined;
  const timeZone = buckets.timeZone ?? (await zoneOfSites(source, asked.matching, signal));
  if (!isTimeZone(timeZone)) {
    const whose = buckets.timeZone === undefined ? 'the devices’ site has an ' : '';
    throw new NocturneError('INPUT_INVALID', `${whose}${timeZoneProblem(timeZone)}`);
  }
  const calendar = { unit: buckets.by, timeZone };
  return { calendar, boundsMs: fittingPeriods(asked, calendar) };
}

async function zoneOfSites(
  source: SampleSource,
  matching: readonly SeriesInfo[],
  signal: AbortSignal,
): Promise<string> {
  const deviceIds = [...new Set(matching.map(({ deviceId }) => deviceId))];
  const places = deviceIds.length === 0 ? [] : await source.places(deviceIds, signal);
  const zones = new Set(places.flatMap(({ timeZone }) => timeZone ?? []));
  if (zones.size <= 1) return [...zones][0] ?? 'UTC';
  const some = [...zones].toSorted().slice(0, 3).join(', ');
  throw new NocturneError(
    'INPUT_INVALID',
    `the devices stand in ${zones.size} time zones (${some}${zones.size > 3 ? ', …' : ''}): name the one that days begin in`,
  );
}

/** They cannot be thinned. */
function fittingPeriods({ query, range, widthPx }: CalendarAsked, calendar: Calendar): Bounds {
  const most = Math.min(widthPx * 2, Math.floor(maxPanelPoints / spansOf(query)));
  const count = estimatePeriods(range, calendar);
  const boundsMs = count < 2 * most ? periodsOf(range, calendar) : null;
  if (boundsMs !== null && boundsMs.length - 1 <= most) return boundsMs;
  throw new NocturneError(
    'QUERY_TOO_LARGE',
    `${Math.ceil(count)} ${calendar.unit}s do not fit on a panel (${most} do): ask for longer periods or a shorter range`,
  );
}
