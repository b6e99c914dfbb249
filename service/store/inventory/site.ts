/** Sites: where devices stand. */
import { makeUuid, type Uuid } from '../../../core/id.ts';
import { systemClock } from '../../../core/time.ts';
import { queryOne, type Queryable } from '../connection/queryable.ts';

export interface SiteSummary {
  readonly id: Uuid;
  readonly name: string;
  readonly devices: number;
}

export async function listSites(db: Queryable): Promise<SiteSummary[]> {
  const { rows } = await db.query<SiteSummary>(
    `select site.id, site.name, count(device.id)::int as devices
     from site left join device on device.site_id = site.id and device.retired_at is null
     where site.retired_at is null group by site.id order by site.name`,
  );
  return rows;
}

/** The id of the living site of that name, which is made when there is none. */
export async function ensureSite(db: Queryable, name: string): Promise<Uuid> {
  // Waits for another transaction that is making the same site, and then finds it.
  await db.query(
    `insert into site (id, name) values ($1, $2)
     on conflict (name) where retired_at is null do nothing`,
    [makeUuid(systemClock), name],
  );
  const { id } = await queryOne<{ id: Uuid }>(
    db,
    'select id from site where name = $1 and retired_at is null',
    [name],
  );
  return id;
}
