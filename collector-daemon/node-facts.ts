/** What /metrics says of the node itself: which program it is, and its connections to the database. */
import { Gauge, type Registry } from 'prom-client';
import type { DatabasePool } from '../service/store/connection/pool.ts';

export function showProgram(
  registry: Registry,
  labels: { readonly version: string; readonly role: string },
): void {
  new Gauge({
    name: 'nocturne_build_info',
    help: 'Always 1; which program this is and what the node does',
    labelNames: ['version', 'role'],
    registers: [registry],
  }).set(labels, 1);
}

export function showConnections(registry: Registry, pool: DatabasePool): void {
  const connections: Gauge<'state'> = new Gauge({
    name: 'nocturne_database_connections',
    help: 'Connections of this node’s pool, without those of ingest workers',
    labelNames: ['state'],
    registers: [registry],
    collect() {
      connections.set({ state: 'idle' }, pool.idleCount);
      connections.set({ state: 'busy' }, pool.totalCount - pool.idleCount);
    },
  });
  const waiting: Gauge = new Gauge({
    name: 'nocturne_database_waiting',
    help: 'Queries that wait for a connection of the pool',
    registers: [registry],
    collect: () => waiting.set(pool.waitingCount),
  });
}
