import type { Pool } from 'pg';
import { describe, expect, test } from 'vitest';
import { judgeBackground } from '../../../../service/store/doctor/storage-findings.ts';
import { upsertJobStates } from '../../../../service/store/operating/job-state.ts';
import { storageWork } from '../../../../service/store/storage/collector-work.ts';
import { createPlainEngine } from '../../../../service/store/storage/engine-plain.ts';
import { policyState, type PolicyRow } from '../../../../service/store/storage/policy-work.ts';
import { openStorage } from '../../../../service/store/storage/storage-choice.ts';
import {
  type BackgroundWork,
  type StorageHealth,
  storageTroubles,
} from '../../../../service/store/storage/storage-health.ts';
import { testDatabase } from '../../../support/database.ts';
import { timescaleDatabase } from '../../../support/timescale.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

function sentences(health: StorageHealth): string[] {
  return storageTroubles(health).map(({ sentence }) => sentence);
}

function stateOf({ work }: StorageHealth, name: string): BackgroundWork['state'] {
  return work.find((one) => one.name === name)!.state;
}

describe('a policy', () => {
  const well: PolicyRow = {
    jobId: 1_002,
    kind: 'refresh',
    table: 'sample_1m',
    everyMs: 30_000,
    scheduled: true,
    running: false,
    runs: 8,
    lastRun: 'Success',
    sinceSuccessMs: 20_000,
    sinceStartMs: 20_100,
    sinceMadeMs: 240_000,
    problem: null,
  };

  test.each<[string, Partial<PolicyRow>, string]>([
    ['that ran', {}, 'well'],
    ['that was just made', { runs: 0, lastRun: null, sinceSuccessMs: null }, 'new'],
    [
      'that never ran though it could have',
      { runs: 0, lastRun: null, sinceSuccessMs: null, sinceMadeMs: 2 * hourMs },
      'overdue',
    ],
    ['that no longer runs', { sinceSuccessMs: hourMs, sinceStartMs: hourMs }, 'overdue'],
    [
      'that runs for hours',
      { running: true, sinceSuccessMs: 9 * hourMs, sinceStartMs: 9 * hourMs },
      'overdue',
    ],
    [
      'that has begun again',
      { running: true, sinceSuccessMs: 9 * hourMs, sinceStartMs: 100 },
      'well',
    ],
    ['that somebody paused', { scheduled: false }, 'paused'],
    // As 2.28.3 on PostgreSQL 15.20 shows it.
    [
      'that fails',
      {
        runs: 2,
        lastRun: 'Failed',
        sinceSuccessMs: null,
        problem: 'cannot drop portal "" while it is being set up',
      },
      'failing',
    ],
    ['that the server went down with', { lastRun: null }, 'failing'],
  ])('%s', (_case, change, kind) => {
    expect(policyState({ ...well, ...change }).kind).toBe(kind);
  });
});

describe('what is told', () => {
  const failing = (name: string, sinceSuccessMs: number | null): BackgroundWork => ({
    name,
    by: 'database',
    everyMs: 30_000,
    sinceSuccessMs,
    state: { kind: 'failing', problem: 'no portal' },
  });

  test('what ails many is told once, and as a problem only where it lasts', () => {
    const many = [failing('refresh of sample_1m', 9_000), failing('refresh of sample_1h', null)];
    expect(storageTroubles({ work: many, tiers: [] })).toMatchObject([
      {
        level: 'problem',
        costsRoomOnly: false,
        sentence: `TimescaleDB's refresh of sample_1m, refresh of sample_1h fail: no portal (some never went well)`,
      },
    ]);
    expect(storageTroubles({ work: many.slice(0, 1), tiers: [] })).toMatchObject([
      { level: 'warning' },
    ]);
    expect(
      storageTroubles({ work: [failing('columnstore of sample', null)], tiers: [] }),
    ).toMatchObject([{ level: 'warning', costsRoomOnly: true }]);
  });
});

describe('plain storage', () => {
  test('goes by what collectors last said, though none runs any more', async () => {
    await using db = await testDatabase();
    const { pool } = db;
    const engine = createPlainEngine(pool);
    const look = () => engine.health();
    expect(new Set((await look()).work.map(({ state }) => state.kind))).toEqual(new Set(['new']));
    expect(judgeBackground(await look())).toMatchObject([{ level: 'hint' }]);

    const say = (agoMs: number, problems: Record<string, string> = {}) =>
      upsertJobStates(
        pool,
        'node-1',
        Object.keys(storageWork).map((job) => {
          const ranAtMs = Date.now() - agoMs;
          const problem = problems[job] ?? null;
          return {
            job,
            ranAtMs,
            succeededAtMs: problem === null ? ranAtMs : null,
            tookMs: 1,
            problem,
          };
        }),
      );
    await say(minuteMs);
    expect(sentences(await look())).toEqual([]);
    expect(judgeBackground(await look())).toMatchObject([{ level: 'ok' }]);

    await say(0, { rollups: 'relation "sample_1m" does not exist' });
    expect(sentences(await look())).toEqual([
      expect.stringMatching(
        /^the collector's rollups fails: relation "sample_1m" does not exist \(last went well 60 s ago\)$/,
      ),
    ]);

    await pool.query(
      `update job_state set problem = null, succeeded_at = now() - interval '25 minutes'`,
    );
    // Half an hour without is much for what runs every minute, and nothing for what runs once an hour.
    expect(sentences(await look())).toEqual([
      expect.stringMatching(
        /^the collector's partitions, rollups have not come to an end for too long \(last went well 25 min ago\): see whether a collector runs/,
      ),
    ]);
    await pool.query(
      `update job_state set succeeded_at = now() - interval '9 days', ran_at = succeeded_at`,
    );
    const [finding] = judgeBackground(await look());
    expect(finding).toMatchObject({ level: 'problem' });
    expect(finding!.text).toMatch(
      /partitions, retention, partition length, newest values, rollups.* 9 d ago/,
    );
  });
});

describe('storage on timescale', () => {
  const policy = async (pool: Pool, proc: string, table: string) => {
    const { rows } = await pool.query<{ id: number }>(
      `select job_id as id from timescaledb_information.jobs job
       left join timescaledb_information.continuous_aggregates
         on materialization_hypertable_name = job.hypertable_name
       where proc_name = $1 and coalesce(view_name, job.hypertable_name) = $2`,
      [proc, table],
    );
    return rows[0]!.id;
  };

  test('policies are held against the server: missing, paused, failing, overdue', async () => {
    await using db = await timescaleDatabase();
    const { pool } = db;
    const { engine } = await openStorage(pool);
    const policies = ({ work }: StorageHealth) => work.filter(({ by }) => by === 'database');
    expect(policies(await engine.health()).map(({ name, state }) => [name, state.kind])).toEqual(
      [
        'columnstore of sample',
        'columnstore of sample_text',
        'refresh of sample_1m',
        'columnstore of sample_1m',
        'refresh of sample_1h',
        'columnstore of sample_1h',
        'refresh of sample_1d',
        'columnstore of sample_1d',
      ].map((name) => [name, 'new']),
    );
    await pool.query(`select remove_continuous_aggregate_policy('sample_1h')`);
    const refresh = await policy(pool, 'policy_refresh_continuous_aggregate', 'sample_1m');
    await pool.query('select alter_job($1, scheduled => false)', [refresh]);
    // As a server leaves it whose jobs all fail, and one that started none for a day.
    const failed = await policy(pool, 'policy_compression', 'sample');
    await pool.query('delete from _timescaledb_internal.bgw_job_stat where job_id = $1', [failed]);
    await pool.query(
      `insert into _timescaledb_internal.bgw_job_stat (job_id, last_start, last_finish, next_start,
         last_successful_finish, last_run_success, total_runs, total_duration, total_duration_failures,
         total_successes, total_failures, total_crashes, consecutive_failures, consecutive_crashes)
       values ($1, now(), now() + interval '1 s', now(), '-infinity', false, 1, '0', '0', 0, 1, 0, 1, 0)`,
      [failed],
    );
    const idle = await policy(pool, 'policy_refresh_continuous_aggregate', 'sample_1d');
    await pool.query(`select alter_job($1, initial_start => now() - interval '1 day')`, [idle]);
    const health = await engine.health();
    expect(stateOf(health, 'refresh of sample_1h').kind).toBe('missing');
    expect(stateOf(health, 'refresh of sample_1m')).toEqual({
      kind: 'paused',
      remedy: `select alter_job(${refresh}, scheduled => true)`,
    });
    expect(stateOf(health, 'columnstore of sample').kind).toBe('failing');
    expect(stateOf(health, 'refresh of sample_1d').kind).toBe('overdue');
    expect(sentences(health)).toEqual([
      `TimescaleDB's columnstore of sample fails: no reason is kept (never went well)`,
      `TimescaleDB's refresh of sample_1m is paused (never went well): run "select alter_job(${refresh}, scheduled => true)"`,
      expect.stringMatching(
        /^TimescaleDB's refresh of sample_1h is not there any more: run "nocturne migrate"/,
      ),
      expect.stringMatching(
        /^TimescaleDB's refresh of sample_1d has not come to an end for too long/,
      ),
    ]);
    await engine.createStorage();
    expect(stateOf(await engine.health(), 'refresh of sample_1h').kind).toBe('new');
  });

  test('a rollup that falls behind is told, also where its policy says it goes well', async () => {
    await using db = await timescaleDatabase();
    const { pool } = db;
    const { engine } = await openStorage(pool);
    const behind = async () =>
      (await engine.health()).tiers.find(({ table }) => table === 'sample_1m')!;
    expect(await behind()).toMatchObject({ behindMs: null });
    await pool.query(
      `call refresh_continuous_aggregate('sample_1m', now() - interval '1 day', now() - interval '2 hours')`,
    );
    const { behindMs, allowedMs } = await behind();
    expect(behindMs).toBeGreaterThan(2 * hourMs);
    expect(allowedMs).toBeLessThan(hourMs / 4);
    expect(sentences(await engine.health())).toEqual([
      expect.stringMatching(
        /^sample_1m was refreshed up to 2 h ago, where 1[34] min is usual at most/,
      ),
    ]);
    await engine.refreshRollups(Date.now());
    await pool.query(
      `call refresh_continuous_aggregate('sample_1m', now() - interval '3 hours', now())`,
    );
    expect(sentences(await engine.health())).toEqual([]);
  });
});
