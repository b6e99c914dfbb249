/** The series of a device that live as far as the store knows. */
import type { DeviceId } from '../../../core/id.ts';
import type { SeriesKind } from '../../../core/telemetry/series.ts';
import type { Unit } from '../../../core/telemetry/unit.ts';
import type { Queryable } from '../connection/queryable.ts';

export interface LivingSeries {
  /** Canonical text, keys included. */
  readonly path: string;
  readonly kind: SeriesKind;
  readonly unit: Unit;
  /** µs since the epoch: of the newest sample. */
  readonly lastTimeUs: number;
}

export async function listLivingSeries(
  db: Queryable,
  deviceId: DeviceId,
): Promise<readonly LivingSeries[]> {
  const { rows } = await db.query<LivingSeries>(
    `select path, kind, unit, (extract(epoch from newest.time) * 1000000)::float8 as "lastTimeUs"
     from series join series_last newest on newest.series_id = series.id
     where device_id = $1 and not exists
       (select from series_end ended where ended.series_id = series.id and ended.time > newest.time)
     order by path`,
    [deviceId],
  );
  return rows;
}
