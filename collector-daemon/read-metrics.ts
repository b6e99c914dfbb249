/** What /metrics says of queries: where they are read from, and how long they take. */
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { QueryRouter } from '../service/query/query-router.ts';
import { type ReadRoute, readRoutes } from '../service/query/read-route.ts';
import type { Replica } from '../service/store/connection/replica.ts';

/** Answers what to call for each read. */
export function countReads(registry: Registry): (route: ReadRoute) => void {
  const reads = new Counter({
    name: 'nocturne_queries_total',
    help: 'Reads of telemetry by the server that answered; fallback: the primary in place of the replica',
    labelNames: ['route'],
    registers: [registry],
  });
  // A route that was never taken is a zero, not a missing line.
  for (const route of readRoutes) reads.inc({ route }, 0);
  return (route) => reads.inc({ route });
}

export function showReplica(registry: Registry, replica: Pick<Replica, 'state'>): void {
  const gauge = (name: string, help: string, read: () => number) => {
    const made: Gauge = new Gauge({
      name,
      help,
      registers: [registry],
      collect: () => made.set(read()),
    });
  };
  gauge('nocturne_replica_used', '1 while queries go to the replica', () =>
    replica.state.state === 'current' ? 1 : 0,
  );
  gauge('nocturne_replica_lag_seconds', 'How far the replica is behind; NaN while unknown', () =>
    'lagMs' in replica.state ? replica.state.lagMs / 1_000 : Number.NaN,
  );
}

/** The same queries, measured; what takes long, or is given up, shows in the histogram's tail. */
export function timeQueries(registry: Registry, ticksMs: () => number) {
  const seconds = new Histogram({
    name: 'nocturne_query_seconds',
    help: 'How long queries of telemetry took, by what was asked for and how it ended',
    labelNames: ['kind', 'result'],
    buckets: [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30],
    registers: [registry],
  });
  const timed = async <Answer>(kind: string, run: () => Promise<Answer>): Promise<Answer> => {
    const startedMs = ticksMs();
    let result = 'failed';
    try {
      const answer = await run();
      result = 'ok';
      return answer;
    } finally {
      seconds.observe({ kind, result }, (ticksMs() - startedMs) / 1_000);
    }
  };
  return (queries: QueryRouter): QueryRouter => ({
    ...queries,
    run: (query, signal) => timed('range', () => queries.run(query, signal)),
    latest: (query, signal) => timed('latest', () => queries.latest(query, signal)),
  });
}
