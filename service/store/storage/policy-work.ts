/** How the policies are doing that TimescaleDB runs by itself, and how far they have brought the rollups. */
import { queryOne, type Queryable } from '../connection/queryable.ts';
import { readRefreshedUntil } from './aggregate-debt.ts';
import { rollupTiers } from './storage-tables.ts';
import {
  type BackgroundWork,
  overdueMs,
  type TierReach,
  type WorkState,
} from './storage-health.ts';
import { policyJobs, policySchedules, readReach, wantedPolicies } from './timescale-policy.ts';
import type { Retention } from './retention-settings.ts';

/** A policy as the server's views have it; ages in ms. */
export interface PolicyRow {
  readonly jobId: number;
  readonly kind: 'refresh' | 'columnstore';
  readonly table: string;
  readonly everyMs: number;
  readonly scheduled: boolean;
  readonly running: boolean;
  readonly runs: number;
  /** `Success` or `Failed`; null before the first end, or where the server went down in the middle. */
  readonly lastRun: string | null;
  readonly sinceSuccessMs: number | null;
  readonly sinceStartMs: number | null;
  /** Null for a policy that an earlier release made. */
  readonly sinceMadeMs: number | null;
  readonly problem: string | null;
}

export async function readPolicyWork(
  db: Queryable,
  retention: Retention,
): Promise<BackgroundWork[]> {
  const { rows } = await db.query<PolicyRow>(statement);
  const { nowMs } = await queryOne<{ nowMs: number }>(db, `select clock_timestamp() as "nowMs"`);
  const wanted = wantedPolicies(await readReach(db, { nowMs, retention }));
  return wanted.map(({ kind, table, everyMs }) => {
    const row = rows.find((one) => one.kind === kind && one.table === table);
    return {
      name: `${kind} of ${table}`,
      by: 'database',
      everyMs: row?.everyMs ?? everyMs,
      sinceSuccessMs: row?.sinceSuccessMs ?? null,
      state: row === undefined ? { kind: 'missing' } : policyState(row),
    };
  });
}

/** PostgreSQL 15 cannot subtract infinite times, which is what TimescaleDB puts for "never". */
const since = (time: string) =>
  `(extract(epoch from clock_timestamp() - nullif(${time}, '-infinity')) * 1000)::float8`;

const statement = `select job_id as "jobId", kind, "table", scheduled,
    (extract(epoch from schedule_interval) * 1000)::float8 as "everyMs",
    coalesce(job_status = 'Running', false) as running, coalesce(total_runs, 0)::int as runs,
    last_run_status as "lastRun", ${since('last_successful_finish')} as "sinceSuccessMs",
    ${since('last_run_started_at')} as "sinceStartMs", ${since('initial_start')} as "sinceMadeMs",
    (select err_message from timescaledb_information.job_errors failed
     where failed.job_id = job.job_id order by start_time desc limit 1) as problem
  from (${policyJobs}) as job
  left join (select job_id, job_status, last_run_status, total_runs, last_successful_finish,
      last_run_started_at from timescaledb_information.job_stats) as stats using (job_id)
  where kind <> 'retention'`;

export function policyState(row: PolicyRow): WorkState {
  const { jobId, everyMs, scheduled, running, runs, lastRun, problem } = row;
  if (!scheduled) {
    return { kind: 'paused', remedy: `select alter_job(${jobId}, scheduled => true)` };
  }
  const limitMs = overdueMs(everyMs);
  const isLate = (row.sinceSuccessMs ?? Infinity) > limitMs;
  if (running) {
    return { kind: isLate && (row.sinceStartMs ?? 0) > limitMs ? 'overdue' : 'well' };
  }
  if (runs === 0) return { kind: (row.sinceMadeMs ?? 0) > limitMs ? 'overdue' : 'new' };
  if (lastRun === 'Failed') return { kind: 'failing', problem: problem ?? 'no reason is kept' };
  if (lastRun === null) {
    return { kind: 'failing', problem: 'the server went down while it ran, see its log' };
  }
  return { kind: isLate ? 'overdue' : 'well' };
}

export async function readTierReach(db: Queryable): Promise<TierReach[]> {
  const { nowMs } = await queryOne<{ nowMs: number }>(db, `select clock_timestamp() as "nowMs"`);
  const until = await readRefreshedUntil(db);
  return rollupTiers.map(({ name, tier, bucketMs }) => {
    const untilMs = until.get(name);
    const { everyMs, endMs } = policySchedules[tier];
    return {
      table: name,
      behindMs: untilMs === undefined ? null : Math.max(0, nowMs - untilMs),
      allowedMs: bucketMs + endMs + overdueMs(everyMs),
    };
  });
}
