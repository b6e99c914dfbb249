/** How the jobs of each node are doing, as they last said. */
import type { Queryable } from '../connection/queryable.ts';
import { storableText } from '../writing/storable-text.ts';

export interface JobState {
  readonly job: string;
  readonly ranAtMs: number;
  /** Null: not yet since the program began. */
  readonly succeededAtMs: number | null;
  readonly tookMs: number;
  /** Null: the last run went well. */
  readonly problem: string | null;
}

/** May be repeated. A success is remembered over a restart that had none yet. */
export async function upsertJobStates(
  db: Queryable,
  node: string,
  states: readonly JobState[],
): Promise<void> {
  if (states.length === 0) return;
  await db.query(
    `insert into job_state (node, job, ran_at, succeeded_at, took_ms, problem)
     select $1, * from unnest($2::text[], $3::timestamptz[], $4::timestamptz[], $5::float8[], $6::text[])
     on conflict (node, job) do update set ran_at = excluded.ran_at, took_ms = excluded.took_ms,
       succeeded_at = coalesce(excluded.succeeded_at, job_state.succeeded_at),
       problem = excluded.problem`,
    [
      node,
      states.map(({ job }) => job),
      states.map(({ ranAtMs }) => new Date(ranAtMs)),
      states.map(({ succeededAtMs }) => (succeededAtMs === null ? null : new Date(succeededAtMs))),
      states.map(({ tookMs }) => tookMs),
      states.map(({ problem }) => (problem === null ? null : storableText(problem))),
    ],
  );
}

/** Of nodes that were heard of within the last week; none on a schema that knows nothing of them yet. */
export async function listJobStates(db: Queryable): Promise<(JobState & { node: string })[]> {
  const known = await db.query<{ there: boolean }>(
    `select to_regclass('job_state') is not null as there`,
  );
  if (known.rows[0]?.there !== true) return [];
  const { rows } = await db.query<JobState & { node: string }>(
    `select state.node, state.job, state.ran_at as "ranAtMs", state.succeeded_at as "succeededAtMs",
       state.took_ms as "tookMs", state.problem
     from job_state state join node on node.name = state.node
     where state.ran_at > now() - interval '7 d' and node.seen_at > now() - interval '7 d'
     order by state.node, state.job`,
  );
  return rows;
}
