/** How large hypertables and continuous aggregates are. */
import { queryOne, type Queryable } from './queryable.ts';
import type { TableSize } from './storage-engine.ts';

interface SizeRow {
  readonly partitions: number;
  readonly bytes: number | null;
  readonly estimatedRows: number | null;
  readonly oldestMs: number | null;
  readonly newestMs: number | null;
}

/** `columnstore`: ask for compressed sizes, which only the Community edition knows. */
export async function hypertableSize(
  db: Queryable,
  table: string,
  { columnstore }: { columnstore: boolean },
): Promise<TableSize> {
  const hypertable = await hypertableOf(db, table);
  const size = await queryOne<SizeRow>(
    db,
    `select count(*)::int as partitions,
       (select total_bytes from hypertable_detailed_size($1::regclass)) as bytes,
       approximate_row_count($1::regclass)::float8 as "estimatedRows",
       min(range_start) as "oldestMs", max(range_end) as "newestMs"
     from timescaledb_information.chunks
     where format('%I.%I', hypertable_schema, hypertable_name)::regclass = $1::regclass`,
    [hypertable],
  );
  const compressed = columnstore
    ? await compression(db, hypertable)
    : { before: null, after: null };
  return {
    table,
    ...size,
    bytes: size.bytes ?? 0,
    estimatedRows: size.estimatedRows ?? 0,
    compressedBytes: compressed.after,
    compressionRatio:
      compressed.after === null || compressed.before === null
        ? null
        : compressed.before / compressed.after,
  };
}

/** A continuous aggregate's rows lie in a hypertable of its own. */
async function hypertableOf(db: Queryable, table: string): Promise<string> {
  const { rows } = await db.query<{ name: string }>(
    `select format('%I.%I', materialization_hypertable_schema, materialization_hypertable_name) as name
     from timescaledb_information.continuous_aggregates where view_name = $1`,
    [table],
  );
  return rows[0]?.name ?? table;
}

async function compression(
  db: Queryable,
  hypertable: string,
): Promise<{ before: number | null; after: number | null }> {
  const { rows } = await db.query<{ before: number | null; after: number | null }>(
    `select before_compression_total_bytes as before, after_compression_total_bytes as after
     from hypertable_columnstore_stats($1::regclass)`,
    [hypertable],
  );
  return rows[0] ?? { before: null, after: null };
}
