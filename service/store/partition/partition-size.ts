/** How large partitioned tables are. */
import { borders } from './partition.ts';
import type { Queryable } from '../connection/queryable.ts';
import type { TableSize } from '../storage/storage-engine.ts';
import type { TimeTable } from '../storage/storage-tables.ts';

interface PartitionRow {
  readonly parent: string;
  /** null for the default partition */
  readonly fromMs: number | null;
  readonly toMs: number | null;
  readonly bytes: number;
  readonly rows: number;
  readonly used: boolean;
}

/** In the order of the tables given. */
export async function partitionSizes(
  db: Queryable,
  tables: readonly TimeTable[],
): Promise<TableSize[]> {
  const { rows } = await db.query<PartitionRow>(
    `select parent.relname as parent, ${borders},
       pg_total_relation_size(child.oid) as bytes,
       -- What the planner believes is 0 until the first analyse; what the statistics counted is not.
       greatest(child.reltuples, pg_stat_get_live_tuples(child.oid), 0)::float8 as rows,
       pg_relation_size(child.oid) > 0 as used
     from pg_inherits
     join pg_class child on child.oid = inhrelid
     join pg_class parent on parent.oid = inhparent
     where parent.oid = any($1::regclass[])`,
    [tables.map(({ name }) => name)],
  );
  return tables.map((table) =>
    sizeOf(
      table,
      rows.filter(({ parent }) => parent === table.name),
    ),
  );
}

function sizeOf(table: TimeTable, partitions: readonly PartitionRow[]): TableSize {
  const used = partitions.filter((partition) => partition.used);
  const starts = used.flatMap(({ fromMs }) => fromMs ?? []);
  const ends = used.flatMap(({ toMs }) => toMs ?? []);
  return {
    table: table.name,
    partitions: partitions.length,
    bytes: partitions.reduce((sum, { bytes }) => sum + bytes, 0),
    estimatedRows: partitions.reduce((sum, { rows }) => sum + rows, 0),
    oldestMs: starts.length === 0 ? null : Math.min(...starts),
    newestMs: ends.length === 0 ? null : Math.max(...ends),
    compressedBytes: null,
    compressionRatio: null,
  };
}
