/** The jobs of a collector that storage depends on, and how they are doing, as nodes have said; also of nodes that are gone. */
import { queryOne, type Queryable } from '../connection/queryable.ts';
import { type BackgroundWork, overdueMs, type WorkState } from './storage-health.ts';
import type { StorageEngine } from './storage-engine.ts';

/** What the job is called and how often it runs, ms. */
export const storageWork = {
  /** Soon enough after somebody was in the way, and nearly free where nothing is missing. */
  partitions: 60_000,
  /** Cheap where nothing is old; what somebody held back waits no longer than this. */
  retention: 600_000,
  'partition length': 3_600_000,
  'newest values': 3_600_000,
  rollups: 5_000,
} as const;

interface SaidRow {
  readonly job: string;
  readonly sinceSuccessMs: number | null;
  readonly problem: string | null;
}

/** Of each job what was said last, whoever said it. */
export async function readCollectorWork(
  db: Queryable,
  { rollupsBy }: Pick<StorageEngine, 'rollupsBy'>,
): Promise<BackgroundWork[]> {
  const jobs = Object.entries(storageWork).filter(
    ([job]) => job !== 'rollups' || rollupsBy === 'job',
  );
  const said = await readSaid(
    db,
    jobs.map(([job]) => job),
  );
  return jobs.map(([name, everyMs]) => {
    const row = said.find(({ job }) => job === name);
    const sinceSuccessMs = row?.sinceSuccessMs ?? null;
    return { name, by: 'collector', everyMs, sinceSuccessMs, state: stateOf(row, everyMs) };
  });
}

/** None on a schema that does not know of them. */
async function readSaid(db: Queryable, jobs: readonly string[]): Promise<readonly SaidRow[]> {
  const { there } = await queryOne<{ there: boolean }>(
    db,
    `select to_regclass('job_state') is not null as there`,
  );
  if (!there) return [];
  const { rows } = await db.query<SaidRow>(
    `select distinct on (job) job, problem,
       (extract(epoch from clock_timestamp() - max(succeeded_at) over (partition by job)) * 1000)::float8
         as "sinceSuccessMs"
     from job_state where job = any($1) order by job, ran_at desc`,
    [jobs],
  );
  return rows;
}

function stateOf(row: SaidRow | undefined, everyMs: number): WorkState {
  // No collector has run yet, or none that says so.
  if (row === undefined) return { kind: 'new' };
  if (row.problem !== null) return { kind: 'failing', problem: row.problem };
  const late = row.sinceSuccessMs === null || row.sinceSuccessMs > overdueMs(everyMs);
  return { kind: late ? 'overdue' : 'well' };
}
