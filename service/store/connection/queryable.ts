/** What SQL is sent through: a pool for single statements, a client inside a transaction. */
import type { QueryResult, QueryResultRow } from 'pg';

export interface Queryable {
  query<Row extends QueryResultRow>(
    text: string,
    values?: readonly unknown[],
  ): Promise<QueryResult<Row>>;
}

/** The one row that a statement must answer with. */
export async function queryOne<Row extends QueryResultRow>(
  db: Queryable,
  text: string,
  values: readonly unknown[] = [],
): Promise<Row> {
  const row = (await db.query<Row>(text, values)).rows[0];
  if (row === undefined) throw new Error(`no row from: ${text.trim().slice(0, 80)}`);
  return row;
}
