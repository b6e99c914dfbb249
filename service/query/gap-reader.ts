/** Outages known of the devices that a panel shows, as far as they concern its series. */
import type { KnownGap, SeriesInfo } from '../../core/contract/query.ts';
import type { TimeRange } from '../../core/query/time-range.ts';
import { sampleGapReasons } from '../../core/telemetry/data-trouble.ts';
import { isWithin, parsePath } from '../../core/telemetry/path.ts';
import { listGaps, type Gap } from '../store/operating/gap.ts';
import { dateWithin } from '../store/reading/measured-rows.ts';
import type { Queryable } from '../store/connection/queryable.ts';

/** More would only be slivers on a panel. */
const maxGaps = 500;

export async function readGaps(
  db: Queryable,
  { series, range, nowMs }: { series: readonly SeriesInfo[]; range: TimeRange; nowMs: number },
): Promise<KnownGap[]> {
  const perDevice = Map.groupBy(series, ({ deviceId }) => deviceId);
  const found = await listGaps(db, {
    deviceIds: [...perDevice.keys()],
    fromMs: dateWithin(range.fromMs).getTime(),
    toMs: dateWithin(range.toMs).getTime(),
  });
  return found
    .filter((gap) => concerns(gap, perDevice.get(gap.deviceId) ?? []))
    .slice(-maxGaps)
    .map(({ deviceId, fromMs, toMs, reason, lost }) => ({
      deviceId,
      reason,
      ...(lost === null ? {} : { lost }),
      fromMs,
      toMs: toMs ?? Math.max(fromMs, nowMs),
    }));
}

function concerns(gap: Gap, series: readonly SeriesInfo[]): boolean {
  // Single samples of a path were lost: of others, also of those below it, that says nothing.
  if (sampleGapReasons.includes(gap.reason)) return series.some(({ path }) => path === gap.path);
  if (gap.path === null) return true;
  const container = parsePath(gap.path);
  if (!container.ok) return true;
  return series.some((one) => {
    const path = parsePath(one.path);
    return path.ok && isWithin(container.value, path.value);
  });
}
