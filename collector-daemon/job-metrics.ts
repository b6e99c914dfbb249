/** What /metrics says of the jobs of a node. */
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { systemClock } from '../core/time.ts';

/** Answers what to call after each run. */
export function countJobs(
  registry: Registry,
): (job: string, tookMs: number, failed: boolean) => void {
  const registers = [registry];
  const runs = new Counter({
    name: 'nocturne_job_runs_total',
    help: 'Runs of the jobs of this node, by how they ended',
    labelNames: ['job', 'result'],
    registers,
  });
  const seconds = new Histogram({
    name: 'nocturne_job_seconds',
    help: 'How long runs of jobs took',
    labelNames: ['job'],
    buckets: [0.01, 0.1, 1, 10, 60, 600],
    registers,
  });
  const succeeded = new Gauge({
    name: 'nocturne_job_last_success_timestamp_seconds',
    help: 'When a job last went well, seconds since the epoch; 0: not since the program began',
    labelNames: ['job'],
    registers,
  });
  return (job, tookMs, failed) => {
    runs.inc({ job, result: failed ? 'failed' : 'ok' });
    // A result that never occurred is a zero, not a missing line.
    runs.inc({ job, result: failed ? 'ok' : 'failed' }, 0);
    seconds.observe({ job }, tookMs / 1_000);
    if (failed) succeeded.inc({ job }, 0);
    else succeeded.set({ job }, systemClock.nowMs() / 1_000);
  };
}
