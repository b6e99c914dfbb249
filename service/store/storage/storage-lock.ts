/** One program at a time makes, chooses or changes storage. */
import type { Queryable } from '../connection/queryable.ts';

/** Until the end of the transaction. */
export async function lockStorage(db: Queryable): Promise<void> {
  await db.query(`select pg_advisory_xact_lock(hashtext('nocturne_storage'))`);
}
