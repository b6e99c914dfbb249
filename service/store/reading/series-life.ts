/** Which series of a device live, and when the others ended, as far as the store knows. */
import type { DeviceId } from '../../../core/id.ts';
import type { SeriesKind } from '../../../core/telemetry/series.ts';
import type { Unit } from '../../../core/telemetry/unit.ts';
import type { Queryable } from '../connection/queryable.ts';

export interface SeriesLife {
  /** Canonical text, keys included. */
  readonly path: string;
  readonly kind: SeriesKind;
  readonly unit: Unit;
  /** µs since the epoch: of the newest sample. */
  readonly lastTimeUs: number;
  /** µs since the epoch: ends after the newest sample. Empty while it lives. */
  readonly endsUs: readonly number[];
}

/** Twice what a device may have: where keys come and go for ever, those that ended long ago are left out. */
const most = 200_000;

export async function listSeriesLives(
  db: Queryable,
  deviceId: DeviceId,
): Promise<readonly SeriesLife[]> {
  const { rows } = await db.query<SeriesLife>(
    `select path, kind, unit, ${us('newest.time')} as "lastTimeUs", ended."endsUs"
     from series join series_last newest on newest.series_id = series.id
     cross join lateral (
       select max(time) as time, coalesce(array_agg(${us('time')} order by time), '{}') as "endsUs"
       from series_end where series_id = series.id and time > newest.time
     ) as ended
     where device_id = $1
     order by ended.time desc nulls first, path limit ${most}`,
    [deviceId],
  );
  return rows;
}

function us(time: string): string {
  return `(extract(epoch from ${time}) * 1000000)::float8`;
}
