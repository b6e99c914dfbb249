/**
 * Nothing is dropped that the next coarser rollup does not hold: it is brought up to date first, and looked at once more
 * when nobody can write to what is to go.
 */
import type { Pool } from 'pg';
import { queryOne, type Queryable } from '../connection/queryable.ts';
import type { TimeSpan } from '../partition/partition-plan.ts';
import { refreshByMarks } from '../rollup/rollup-refresh.ts';
import { hasMarks } from '../rollup/rollup-mark.ts';
import { readDebt } from './aggregate-debt.ts';
import { refreshAggregate, wholeBuckets } from './continuous-aggregate.ts';
import { rollupTiers, type RollupTier } from './storage-tables.ts';
import { policyJobs } from './timescale-policy.ts';

export interface RollupGuard {
  /** Rolls up what of the table lies in the span. */
  bringUp(table: string, span: TimeSpan): Promise<void>;
  /** @throws NotRolledUp where something is missing */
  check(db: Queryable, table: string, span: TimeSpan): Promise<void>;
}

/** It may be rolled up at the next try. */
export class NotRolledUp extends Error {
  override readonly name = 'NotRolledUp';
}

/** What is rolled up from the table; nothing is from the coarsest, nor from texts and events. */
function tierOf(table: string): RollupTier | undefined {
  return rollupTiers.find(({ source }) => source === table);
}

/** Where a job keeps the rollups: what it has not looked at is marked. */
export function markGuard(pool: Pool, nowMs: number): RollupGuard {
  return {
    // No more than what is to go: a backlog of what stays must not keep a full disk waiting.
    async bringUp(table, { toMs }) {
      const own = tierOf(table);
      if (own === undefined) return;
      await refreshByMarks(pool, nowMs, { beforeMs: (tier) => (tier === own ? toMs : 0) });
    },
    async check(db, table, span) {
      const tier = tierOf(table);
      if (tier === undefined || !(await hasMarks(db, tier.tier, span))) return;
      throw keeps(tier, `samples came in just now that ${tier.name} does not hold`);
    },
  };
}

/**
 * Where TimescaleDB keeps them.
 * @param windowsSince server time; a refresh that began before may reach back into what is to go
 */
export function aggregateGuard(pool: Pool, windowsSince: Date): RollupGuard {
  return {
    async bringUp(table, span) {
      const tier = tierOf(table);
      if (tier !== undefined) await refreshAggregate(pool, tier, span);
    },
    async check(db, table, span) {
      const tier = tierOf(table);
      if (tier === undefined) return;
      const whole = wholeBuckets(tier, span);
      const debt = whole === null ? null : await readDebt(db, tier.name, whole);
      const at = (ms: number) => new Date(ms).toISOString();
      if (debt !== null) {
        throw keeps(tier, `${tier.name} lacks ${at(debt.fromMs)} to ${at(debt.toMs)}`);
      }
      if (
        (await isRefreshing(db, tier, windowsSince)) ||
        (await isRegistered(db, tier, span.toMs))
      ) {
        throw keeps(tier, `${tier.name} is being refreshed`);
      }
    },
  };
}

async function isRefreshing(db: Queryable, { name }: RollupTier, since: Date): Promise<boolean> {
  const { rowCount } = await db.query(
    `select from (${policyJobs}) as job join timescaledb_information.job_stats using (job_id)
     where kind = 'refresh' and "table" = $1 and job_status = 'Running' and last_run_started_at < $2`,
    [name, since],
  );
  return rowCount !== 0;
}

/** Versions from 2.27 on note down which time each refresh under way is about, whoever began it. */
async function isRegistered(
  db: Queryable,
  { name }: RollupTier,
  beforeMs: number,
): Promise<boolean> {
  const { there } = await queryOne<{ there: boolean }>(
    db,
    `select to_regclass('_timescaledb_catalog.continuous_aggs_jobs_refresh_ranges') is not null as there`,
  );
  if (!there) return false;
  const { rowCount } = await db.query(
    `select from _timescaledb_catalog.continuous_aggs_jobs_refresh_ranges
     join _timescaledb_catalog.continuous_agg on mat_hypertable_id = materialization_id
     join pg_stat_activity using (pid)
     where user_view_name = $1 and start_range < $2::bigint`,
    [name, String(beforeMs * 1_000)],
  );
  return rowCount !== 0;
}

function keeps({ source }: RollupTier, reason: string): NotRolledUp {
  return new NotRolledUp(`${source} is kept for longer than its retention says: ${reason}`);
}
