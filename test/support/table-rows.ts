/** All that a database holds, as text to be compared. */
import type { Queryable } from '../../service/store/connection/queryable.ts';

export interface TableRows {
  readonly columns: readonly string[];
  /** JSON of each row, sorted; times in UTC, floats exact. */
  readonly rows: readonly string[];
}

/** Every table by name, partitions as part of theirs; of the tables in `like` only the columns these had. */
export async function readTables(
  db: Queryable,
  like: ReadonlyMap<string, TableRows> = new Map(),
): Promise<Map<string, TableRows>> {
  const { rows } = await db.query<{ name: string; columns: string[] }>(
    `select relname::text as name,
       array(select attname::text from pg_attribute
         where attrelid = pg_class.oid and attnum > 0 and not attisdropped order by attnum) as columns
     from pg_class
     where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition
     order by relname`,
  );
  const tables = new Map<string, TableRows>();
  for (const { name, columns: all } of rows) {
    const columns = like.get(name)?.columns ?? all;
    const listed = columns.map((column) => `"${column}"`).join(', ');
    const read = await db.query<{ row: string }>(
      `select to_jsonb(line)::text collate "C" as row from (select ${listed} from ${name}) as line order by 1`,
    );
    tables.set(name, { columns, rows: read.rows.map(({ row }) => row) });
  }
  return tables;
}

/** `sample lost {…}`, `device gained {…}`; of tables that only the second has, nothing. */
export function differences(
  before: ReadonlyMap<string, TableRows>,
  after: ReadonlyMap<string, TableRows>,
): string[] {
  return [...before].flatMap(([name, { rows }]) => {
    const now = after.get(name)?.rows ?? [];
    return [
      ...without(rows, now).map((row) => `${name} lost ${row}`),
      ...without(now, rows).map((row) => `${name} gained ${row}`),
    ];
  });
}

/** What is left of a list when each row of another is taken out of it once. */
function without(rows: readonly string[], taken: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const row of taken) counts.set(row, (counts.get(row) ?? 0) + 1);
  return rows.filter((row) => {
    const count = counts.get(row) ?? 0;
    counts.set(row, count - 1);
    return count <= 0;
  });
}
