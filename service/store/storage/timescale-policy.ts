/**
 * The jobs TimescaleDB runs by itself (Community edition): refresh and columnstore. What is old is dropped by our own job
 * (`chunk-drop.ts`), which looks first whether it is rolled up. Held against the server's catalogue; only what differs
 * is changed, for a policy that is made anew runs at once.
 */
import type { Pool } from 'pg';
import type { Queryable } from '../connection/queryable.ts';
import { transaction } from '../connection/transaction.ts';
import { moveCutWithin, readCut } from '../rollup/rollup-refresh.ts';
import type { Retention } from './retention-settings.ts';
import { rollupTiers, type RollupTier, sampleTable, type TimeTable } from './storage-tables.ts';
import { lockStorage } from './storage-lock.ts';
import { wholeFrom } from './whole-days.ts';

const dayMs = 86_400_000;
const hourMs = 3_600_000;

export type Policy =
  | {
      readonly kind: 'refresh';
      readonly table: string;
      readonly startMs: number;
      readonly endMs: number;
      readonly everyMs: number;
    }
  | {
      readonly kind: 'columnstore';
      readonly table: string;
      readonly afterMs: number;
      readonly everyMs: number;
    };

/** One of the server's; `retention` ones are of earlier releases. */
export interface PresentPolicy {
  readonly jobId: number;
  readonly kind: 'refresh' | 'columnstore' | 'retention';
  readonly table: string;
  readonly everyMs: number;
  /** Columnstore: after; retention: drop after. */
  readonly afterMs: number | null;
  readonly startMs: number | null;
  readonly endMs: number | null;
}

export const policySchedules: Readonly<
  Record<RollupTier['tier'], { everyMs: number; endMs: number }>
> = {
  '1m': { everyMs: 30_000, endMs: 60_000 },
  '1h': { everyMs: 300_000, endMs: 600_000 },
  '1d': { everyMs: 1_800_000, endMs: hourMs },
};

/**
 * Counted from the end of a chunk. COPY into compressed chunks crawls, compressing takes strong locks, and a late sample
 * makes the refresh unpack all series around its time: so none earlier than most late samples come.
 */
const columnstoreAfter: Readonly<Record<string, number>> = {
  sample: 4 * hourMs,
  sample_text: dayMs,
  sample_1m: 3 * dayMs,
  sample_1h: 7 * dayMs,
  sample_1d: 7 * dayMs,
};

/** How far back each table is kept, and whole: no longer than since an earlier, shorter retention dropped from it. */
export type Reach = ReadonlyMap<string, number>;

/** Segments are one series each, in the order most reads want. */
export async function enableColumnstore(db: Queryable, table: string): Promise<void> {
  await db.query(
    `alter table ${table} set (timescaledb.enable_columnstore,
       timescaledb.segmentby = 'series_id', timescaledb.orderby = 'time desc')`,
  );
}

export async function readReach(
  db: Queryable,
  { nowMs, retention }: { nowMs: number; retention: Retention },
): Promise<Reach> {
  const tables: readonly TimeTable[] = [sampleTable, ...rollupTiers];
  const reach = new Map<string, number>();
  for (const { name, keptDays } of tables) {
    // By whole hours, for what grows with every look would be altered at every look.
    const wholeMs = Math.floor((nowMs - wholeFrom(await readCut(db, name))) / hourMs) * hourMs;
    reach.set(name, Math.min(retention[keptDays] * dayMs, wholeMs));
  }
  return reach;
}

/** In an order that every version accepts: an aggregate's refresh before its columnstore. */
export function wantedPolicies(reach: Reach): Policy[] {
  const columnstore = (table: string): Policy => ({
    kind: 'columnstore',
    table,
    afterMs: columnstoreAfter[table]!,
    everyMs: hourMs,
  });
  return [
    columnstore('sample'),
    columnstore('sample_text'),
    ...rollupTiers.flatMap((tier) => [refresh(tier, reach), columnstore(tier.name)]),
  ];
}

/**
 * As far back as the source is kept. Windows are rounded inwards to whole buckets: with all of a bucket but a microsecond
 * more, this one begins with the bucket in which the source begins, and never before. Cuts lie where days begin, so that
 * bucket is whole.
 */
function refresh({ name, tier, source, bucketMs }: RollupTier, reach: Reach): Policy {
  const startMs = reach.get(source)! + bucketMs - 0.001;
  return { kind: 'refresh', table: name, startMs, ...policySchedules[tier] };
}

export async function readPolicies(db: Queryable): Promise<PresentPolicy[]> {
  const { rows } = await db.query<PresentPolicy>(
    `select job_id as "jobId", kind, "table", (extract(epoch from schedule_interval) * 1000)::float8 as "everyMs",
       ${ms(`coalesce(config ->> 'compress_after', config ->> 'drop_after')`)} as "afterMs",
       ${ms(`config ->> 'start_offset'`)} as "startMs", ${ms(`config ->> 'end_offset'`)} as "endMs"
     from (${policyJobs}) as job where "table" = any($1) order by job_id`,
    [['sample', 'sample_text', ...rollupTiers.map(({ name }) => name)]],
  );
  return rows;
}

function ms(interval: string): string {
  return `(extract(epoch from (${interval})::interval) * 1000)::float8`;
}

/** The view names an aggregate's jobs by its hypertable. */
export const policyJobs = `select job.*, coalesce(view_name, job.hypertable_name) as "table",
    case proc_name when 'policy_refresh_continuous_aggregate' then 'refresh'
      when 'policy_compression' then 'columnstore' when 'policy_retention' then 'retention' end as kind
  from timescaledb_information.jobs job
  left join timescaledb_information.continuous_aggregates
    on materialization_hypertable_name = job.hypertable_name
  where proc_name in ('policy_refresh_continuous_aggregate', 'policy_compression', 'policy_retention')`;

/** So far apart policies that are added begin. */
const apartMs = 2_000;

export interface PolicyChange {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** What makes `present` what is wanted. How often a policy that is there runs, and whether it does, is not touched. */
export function policyChanges(
  wanted: readonly Policy[],
  present: readonly PresentPolicy[],
): PolicyChange[] {
  return wanted.flatMap((policy, at) => {
    const found = present.find(({ kind, table }) => kind === policy.kind && table === policy.table);
    if (found === undefined) return [addition(policy, at * apartMs)];
    const config = differing(policy, found);
    if (config === null) return [];
    const { jobId } = found;
    return [
      {
        text: `select alter_job($1::int, config => (select config ||
            (select jsonb_object_agg(key, value::interval) from jsonb_each_text($2::jsonb))
          from timescaledb_information.jobs where job_id = $1::int))`,
        values: [jobId, JSON.stringify(config)],
      },
    ];
  });
}

function addition(policy: Policy, delayMs: number): PolicyChange {
  const { table } = policy;
  // Known from when on it could have run; and not all of them begin at once.
  const every = `schedule_interval => ${interval(policy.everyMs)},
    initial_start => clock_timestamp() + ${interval(delayMs)}`;
  const text =
    policy.kind === 'refresh'
      ? `select add_continuous_aggregate_policy('${table}', start_offset => ${interval(policy.startMs)},
           end_offset => ${interval(policy.endMs)}, ${every})`
      : `call add_columnstore_policy('${table}', after => ${interval(policy.afterMs)}, ${every})`;
  return { text, values: [] };
}

/** The settings to change; null where all are as wanted. */
function differing(policy: Policy, found: PresentPolicy): Record<string, string> | null {
  const same =
    policy.kind === 'refresh'
      ? isSame(policy.startMs, found.startMs) && isSame(policy.endMs, found.endMs)
      : isSame(policy.afterMs, found.afterMs);
  if (same) return null;
  return policy.kind === 'refresh'
    ? { start_offset: seconds(policy.startMs), end_offset: seconds(policy.endMs) }
    : { compress_after: seconds(policy.afterMs) };
}

/** To the microsecond, which is what an interval holds. */
function isSame(wantedMs: number, foundMs: number | null): boolean {
  return foundMs !== null && Math.abs(wantedMs - foundMs) < 0.000_6;
}

function seconds(durationMs: number): string {
  return `${(durationMs / 1_000).toFixed(6)} seconds`;
}

function interval(durationMs: number): string {
  return `interval '${seconds(durationMs)}'`;
}

/** Makes the policies fit; answers how many were changed. */
export function alignPolicies(
  pool: Pool,
  { nowMs, retention }: { nowMs: number; retention: Retention },
): Promise<number> {
  return transaction(pool, async (client) => {
    await lockStorage(client);
    const present = await readPolicies(client);
    await takeOverRetention(client, present, nowMs);
    const wanted = wantedPolicies(await readReach(client, { nowMs, retention }));
    const changes = policyChanges(wanted, present);
    for (const { text, values } of changes) await client.query(text, [...values]);
    return changes.length;
  });
}

/** Earlier releases let TimescaleDB drop by itself, whether or not it was rolled up. What it dropped is gone. */
async function takeOverRetention(
  client: Queryable,
  present: readonly PresentPolicy[],
  nowMs: number,
): Promise<void> {
  for (const { kind, table, afterMs } of present) {
    if (kind !== 'retention') continue;
    await client.query(`select remove_retention_policy('${table}', if_exists => true)`);
    if (afterMs !== null && table !== 'sample_text') {
      await moveCutWithin(client, table, wholeFrom(nowMs - afterMs));
    }
  }
}
