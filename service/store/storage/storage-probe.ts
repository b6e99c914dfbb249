/** What a database has to keep samples in. */
import { queryOne, type Queryable } from '../connection/queryable.ts';
import type { StorageFacts } from './storage-decision.ts';

export async function probeStorage(db: Queryable): Promise<StorageFacts> {
  const { plain, ...facts } = await queryOne<StorageFacts & { plain: boolean }>(
    db,
    `select (select extversion from pg_extension where extname = 'timescaledb') as version,
       exists (select from pg_available_extensions where name = 'timescaledb') as available,
       current_setting('server_version_num')::int as server,
       coalesce(current_setting('timescaledb.license', true) = 'timescale', false) as community,
       exists (select from pg_class where oid = to_regclass('sample') and relkind = 'p') as plain`,
  );
  return { ...facts, plainTables: plain ? await fillOfPlain(db) : 'none' };
}

async function fillOfPlain(db: Queryable): Promise<'empty' | 'filled'> {
  const { filled } = await queryOne<{ filled: boolean }>(
    db,
    'select exists (select from sample) or exists (select from sample_text) as filled',
  );
  return filled ? 'filled' : 'empty';
}

/** For plain tables that never held anything: they make room for hypertables. */
export async function dropPlainTables(db: Queryable): Promise<void> {
  await db.query('drop table if exists sample, sample_text, sample_1m, sample_1h, sample_1d');
}
