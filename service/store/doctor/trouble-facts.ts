/** What the collectors have said of troubles with the data of devices; also where none of them runs any more. */
import { type NamedTrouble, listTroubles } from '../operating/data-trouble.ts';
import type { Queryable } from '../connection/queryable.ts';

const dayMs = 86_400_000;
/** More are counted, not listed. */
const maxListed = 1_000;
const maxQuarantined = 5;

export interface QuarantineCount {
  /** Null where the device is not known any more. */
  readonly device: string | null;
  readonly reason: string;
  readonly rows: number;
}

export interface TroubleFacts {
  /** Of the last day, the newest first. */
  readonly troubles: readonly NamedTrouble[];
  readonly total: number;
  /** Of the last day, by device and reason, the most first. */
  readonly quarantine: readonly QuarantineCount[];
  /** Rows of the last day altogether. */
  readonly quarantined: number;
  readonly nowMs: number;
}

/** Null on a schema that knows nothing of them yet. */
export async function readTroubleFacts(db: Queryable, nowMs: number): Promise<TroubleFacts | null> {
  const { rows } = await db.query<{ there: boolean }>(
    `select to_regclass('data_trouble') is not null as there`,
  );
  if (rows[0]?.there !== true) return null;
  const { troubles, total } = await listTroubles(db, { sinceMs: nowMs - dayMs, limit: maxListed });
  return { troubles, total, ...(await readQuarantine(db, nowMs)), nowMs };
}

async function readQuarantine(
  db: Queryable,
  nowMs: number,
): Promise<Pick<TroubleFacts, 'quarantine' | 'quarantined'>> {
  const { rows } = await db.query<QuarantineCount & { quarantined: number }>(
    `select device.name as device, refused.reason, refused.rows,
       sum(refused.rows) over () as quarantined
     from (select device_id, reason, sum(coalesce(count, 1)) as rows from quarantine
       where coalesce(last_at, recorded_at) >= $1 and recorded_at >= $1 - interval '1 h' group by device_id, reason) refused
     left join device on device.id = refused.device_id
     order by refused.rows desc, device.name, refused.reason limit ${maxQuarantined}`,
    [new Date(nowMs - dayMs)],
  );
  return {
    quarantine: rows.map(({ quarantined: _all, ...row }) => row),
    quarantined: rows[0]?.quarantined ?? 0,
  };
}
