/** Series by their ids, and where their devices stand: what live queries, groups and calendars ask for. */
import type { DeviceId, SeriesId } from '../../../core/id.ts';
import { idList } from './measured-rows.ts';
import type { Queryable } from '../connection/queryable.ts';
import type { SeriesRow } from './series.ts';

/**
 * Those of living devices, in the order of device name and path, with the other series of their leaves: a leaf that became
 * of another kind or unit is named by any of them. Unknown ids are passed over.
 */
export async function findSeriesByIds(
  db: Queryable,
  seriesIds: readonly SeriesId[],
): Promise<(SeriesRow & { site: string | null })[]> {
  const { rows } = await db.query<SeriesRow & { site: string | null }>(
    `select series.id, series.device_id as "deviceId", device.name as device, series.path,
       series.metric, series.keys, series.kind, series.unit, series.replaced_by as "replacedBy",
       site.name as site
     from series
     join (select distinct device_id, path from series where id = any($1::bigint[])) as named
       using (device_id, path)
     join device on device.id = series.device_id
     left join site on site.id = device.site_id
     where device.retired_at is null
     order by device.name, series.path, series.id`,
    [idList(seriesIds)],
  );
  return rows;
}

export interface DevicePlace {
  readonly deviceId: DeviceId;
  readonly site: string | null;
  /** Of the site. */
  readonly timeZone: string | null;
  readonly tags: Readonly<Record<string, string>>;
}

export async function listDevicePlaces(
  db: Queryable,
  deviceIds: readonly DeviceId[],
): Promise<DevicePlace[]> {
  const { rows } = await db.query<DevicePlace>(
    `select device.id as "deviceId", site.name as site,
       site.time_zone as "timeZone", device.tags
     from device left join site on site.id = device.site_id
     where device.id = any($1::uuid[])`,
    [deviceIds],
  );
  return rows;
}
