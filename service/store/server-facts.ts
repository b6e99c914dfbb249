/** What the database server is and how it is set, as far as storing telemetry depends on it. */
import { queryOne, type Queryable } from './queryable.ts';

export interface ServerFacts {
  /** For example 180004 for 18.4. */
  readonly versionNumber: number;
  readonly maxConnections: number;
  readonly fsync: boolean;
  readonly synchronousCommit: string;
  /** null where this user may not see it. */
  readonly sharedPreloadLibraries: string | null;
  readonly maxWorkerProcesses: number;
  /** null where TimescaleDB is not loaded. */
  readonly timescaleWorkers: number | null;
  readonly sharedBuffersBytes: number;
  readonly inRecovery: boolean;
  /** ms since the epoch, by the server's clock. */
  readonly nowMs: number;
  readonly databaseBytes: number;
}

export function readServerFacts(db: Queryable): Promise<ServerFacts> {
  return queryOne<ServerFacts>(
    db,
    `select current_setting('server_version_num')::int as "versionNumber",
       current_setting('max_connections')::int as "maxConnections",
       current_setting('fsync')::bool as fsync,
       current_setting('synchronous_commit') as "synchronousCommit",
       (select setting from pg_settings where name = 'shared_preload_libraries') as "sharedPreloadLibraries",
       current_setting('max_worker_processes')::int as "maxWorkerProcesses",
       current_setting('timescaledb.max_background_workers', true)::int as "timescaleWorkers",
       pg_size_bytes(current_setting('shared_buffers')) as "sharedBuffersBytes",
       pg_is_in_recovery() as "inRecovery", clock_timestamp() as "nowMs",
       pg_database_size(current_database()) as "databaseBytes"`,
  );
}
