/** What the database server is and how it is set, as far as storing telemetry depends on it. */
import { queryOne, type Queryable } from '../connection/queryable.ts';

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
  /** What the planner takes the server's memory for caches to be. */
  readonly cacheBytes: number;
  readonly maxWalBytes: number;
  readonly checkpointTimeoutMs: number;
  /** `off`, or the method. */
  readonly walCompression: string;
  /** The server was built with it. */
  readonly offersLz4: boolean;
  /** Settings that its command line gives: ALTER SYSTEM has no say in them. */
  readonly fromCommandLine: readonly string[];
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
       pg_size_bytes(current_setting('effective_cache_size')) as "cacheBytes",
       pg_size_bytes(current_setting('max_wal_size')) as "maxWalBytes",
       (extract(epoch from current_setting('checkpoint_timeout')::interval) * 1000)::float8
         as "checkpointTimeoutMs",
       current_setting('wal_compression') as "walCompression",
       (select 'lz4' = any(enumvals) from pg_settings where name = 'wal_compression') as "offersLz4",
       array(select name from pg_settings where source = 'command line') as "fromCommandLine",
       pg_is_in_recovery() as "inRecovery", clock_timestamp() as "nowMs",
       pg_database_size(current_database()) as "databaseBytes"`,
  );
}
