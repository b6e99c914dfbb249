/** How large hypertables and continuous aggregates are. */
import { queryOne, type Queryable } from '../connection/queryable.ts';
import type { TableSize } from './storage-engine.ts';

const dayMs = 86_400_000;

interface SizeRow {
  readonly bytes: number | null;
  readonly estimatedRows: number | null;
}

interface Chunk {
  readonly fromMs: number;
  readonly toMs: number;
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
    `select (select total_bytes from hypertable_detailed_size($1::regclass)) as bytes,
       (${uncompressedRows} + ${columnstore ? compressedRows : '0'})::float8 as "estimatedRows"`,
    [hypertable],
  );
  const chunks = await listChunks(db, hypertable);
  const compressed = columnstore
    ? await compression(db, hypertable)
    : { before: null, after: null };
  return {
    table,
    partitions: chunks.length,
    oldestMs: await oldest(db, hypertable, await firstFilled(db, hypertable, chunks)),
    newestMs: (await firstFilled(db, hypertable, chunks.toReversed()))?.toMs ?? null,
    bytes: size.bytes ?? 0,
    estimatedRows: size.estimatedRows ?? 0,
    compressedBytes: compressed.after,
    compressionRatio:
      compressed.after === null || compressed.before === null
        ? null
        : compressed.before / compressed.after,
  };
}

/**
 * What the planner believes is 0 until the first analyse, what the statistics counted is not. Of a compressed chunk it
 * believes what was there before.
 */
const uncompressedRows = `coalesce((
    select sum(case when is_compressed then live else greatest(reltuples, live, 0) end)
    from timescaledb_information.chunks
    join pg_class on pg_class.oid = format('%I.%I', chunk_schema, chunk_name)::regclass
    cross join lateral (select pg_stat_get_live_tuples(pg_class.oid) as live) as counted
    where format('%I.%I', hypertable_schema, hypertable_name)::regclass = $1::regclass), 0)`;

/** As counted when they were compressed: the planner takes a thousand rows, or fewer, for one. */
const compressedRows = `coalesce((
    select sum(numrows_pre_compression) from _timescaledb_catalog.compression_chunk_size size
    join _timescaledb_catalog.chunk on chunk.id = size.chunk_id
    join _timescaledb_catalog.hypertable on hypertable.id = chunk.hypertable_id
    where format('%I.%I', hypertable.schema_name, hypertable.table_name)::regclass = $1::regclass), 0)`;

/** Oldest first. */
async function listChunks(db: Queryable, hypertable: string): Promise<readonly Chunk[]> {
  const { rows } = await db.query<Chunk>(
    `select range_start as "fromMs", range_end as "toMs" from timescaledb_information.chunks
     where format('%I.%I', hypertable_schema, hypertable_name)::regclass = $1::regclass
     order by range_start`,
    [hypertable],
  );
  return rows;
}

/** Chunks are opened ahead, and emptied by deletes: few, and one look is enough for each. */
async function firstFilled(
  db: Queryable,
  hypertable: string,
  chunks: readonly Chunk[],
): Promise<Chunk | null> {
  const column = await timeColumn(db, hypertable);
  for (const chunk of chunks) {
    const { filled } = await queryOne<{ filled: boolean }>(
      db,
      `select exists (select from ${hypertable} where ${column} >= $1 and ${column} < $2) as filled`,
      [new Date(chunk.fromMs), new Date(chunk.toMs)],
    );
    if (filled) return chunk;
  }
  return null;
}

/**
 * Where the chunk begins; of the tail of texts carried over, which begins years before them and holds few, the oldest.
 */
async function oldest(
  db: Queryable,
  hypertable: string,
  chunk: Chunk | null,
): Promise<number | null> {
  if (chunk === null) return null;
  if (hypertable !== 'sample_text' || chunk.toMs - chunk.fromMs <= dayMs) return chunk.fromMs;
  const { timeMs } = await queryOne<{ timeMs: number | null }>(
    db,
    'select min(time) as "timeMs" from sample_text where time >= $1 and time < $2',
    [new Date(chunk.fromMs), new Date(chunk.toMs)],
  );
  return timeMs;
}

async function timeColumn(db: Queryable, hypertable: string): Promise<string> {
  const { column } = await queryOne<{ column: string }>(
    db,
    `select quote_ident(column_name) as column from timescaledb_information.dimensions
     where format('%I.%I', hypertable_schema, hypertable_name)::regclass = $1::regclass`,
    [hypertable],
  );
  return column;
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
