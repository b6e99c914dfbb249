/** What a stored sample takes on disk, by storage engine: its row and its part of the index; rollups apart. */
import { rollupTables } from '../../service/store/reading/measured-rows.ts';
import { queryOne, type Queryable } from '../../service/store/connection/queryable.ts';
import type { StorageEngine, TableSize } from '../../service/store/storage/storage-engine.ts';

export interface SizeFigures {
  /** For example `plain PostgreSQL 18.4`, or `TimescaleDB 2.23.0 (Community) in PGlite, columnstore`. */
  readonly storage: string;
  readonly samples: number;
  readonly bytesPerSample: number;
  readonly rollups: readonly RollupSize[];
}

export interface RollupSize {
  readonly table: string;
  readonly rows: number;
  readonly bytesPerRow: number;
  /** All of its bytes divided by the samples. */
  readonly bytesPerSample: number;
}

/** Of a database that holds so many samples and was analysed. Compresses them where the engine does. */
export async function benchSizes(
  db: Queryable,
  engine: StorageEngine,
  { samples, where = '' }: { samples: number; where?: string },
): Promise<readonly SizeFigures[]> {
  const before = await engine.sizes();
  const storage = (await nameOf(db, engine)) + where;
  const rollups = rollupSizes(before, samples);
  const bytesPerSample = sampleSize(before).bytes / samples;
  const rows = { storage, samples, bytesPerSample: rounded(bytesPerSample), rollups };
  if (engine.name === 'plain' || engine.rollupsBy === 'job') return [rows];
  await runColumnstorePolicy(db);
  const { compressionRatio } = sampleSize(await engine.sizes());
  if (compressionRatio === null) return [rows];
  return [
    rows,
    {
      storage: `${storage}, columnstore`,
      samples,
      bytesPerSample: rounded(bytesPerSample / compressionRatio),
      rollups: [],
    },
  ];
}

function sampleSize(sizes: readonly TableSize[]): TableSize {
  return sizes.find(({ table }) => table === 'sample')!;
}

function rollupSizes(sizes: readonly TableSize[], samples: number): RollupSize[] {
  const names = Object.values(rollupTables);
  return sizes
    .filter(({ table, estimatedRows }) => names.includes(table) && estimatedRows > 0)
    .map(({ table, bytes, estimatedRows }) => ({
      table,
      rows: Math.round(estimatedRows),
      bytesPerRow: rounded(bytes / estimatedRows),
      bytesPerSample: rounded(bytes / samples),
    }));
}

async function nameOf(db: Queryable, engine: StorageEngine): Promise<string> {
  const { server, version, license } = await queryOne<{
    server: string;
    version: string | null;
    license: string | null;
  }>(
    db,
    `select split_part(current_setting('server_version'), ' ', 1) as server,
       (select extversion from pg_extension where extname = 'timescaledb') as version,
       current_setting('timescaledb.license', true) as license`,
  );
  if (engine.name === 'plain') return `plain PostgreSQL ${server}`;
  const edition = license === 'timescale' ? 'Community' : 'Apache';
  return `TimescaleDB ${version ?? ''} (${edition}) on PostgreSQL ${server}`;
}

/** The policy that the engine made, run now rather than when it is due. */
async function runColumnstorePolicy(db: Queryable): Promise<void> {
  const { id } = await queryOne<{ id: number }>(
    db,
    `select job_id as id from timescaledb_information.jobs
     where hypertable_name = 'sample' and proc_name in ('policy_compression', 'policy_columnstore')`,
  );
  await db.query(`call run_job(${id})`);
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
