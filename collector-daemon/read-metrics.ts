/** What /metrics says of where queries are read from. */
import { Counter, Gauge, type Registry } from 'prom-client';
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
