/** Judges what nodes said of their jobs; also of nodes that do not run any more. No I/O. */
import type { JobState } from '../operating/job-state.ts';
import type { Finding } from './finding.ts';

const about = 'jobs';

export function judgeJobs(states: readonly (JobState & { node: string })[]): readonly Finding[] {
  if (states.length === 0) return [];
  const failing = states.filter(({ problem }) => problem !== null);
  if (failing.length > 0) return failing.map((state) => failed(state));
  const nodes = new Set(states.map(({ node }) => node));
  const text = `${states.length} jobs of ${[...nodes].join(', ')} went well when they last ran`;
  return [{ level: 'ok', about, text }];
}

function failed({
  node,
  job,
  ranAtMs,
  succeededAtMs,
  problem,
}: JobState & { node: string }): Finding {
  const since =
    succeededAtMs === null
      ? 'it never went well'
      : `it last went well at ${timeText(succeededAtMs)}`;
  const text = `"${job}" of ${node} failed at ${timeText(ranAtMs)}: ${problem}; ${since}`;
  return { level: 'warning', about, text };
}

function timeText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
