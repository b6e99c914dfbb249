/** Tables of plain PostgreSQL, partitioned by time; every statement may be run again. */
import type { Queryable } from '../connection/queryable.ts';
import {
  columnComments,
  rollupColumns,
  rollupTiers,
  sampleColumns,
  textColumns,
} from './storage-tables.ts';

export async function createPlainSamples(db: Queryable): Promise<void> {
  await createPartitioned(db, 'sample', sampleColumns, 'time');
  await createPartitioned(db, 'sample_text', textColumns, 'time');
  await createSampleIndexes(db);
}

export async function createPlainRollups(db: Queryable): Promise<void> {
  for (const { name } of rollupTiers) {
    await createPartitioned(
      db,
      name,
      `${rollupColumns}, primary key (series_id, bucket)`,
      'bucket',
    );
  }
}

/** The same on both engines. */
export async function createSampleIndexes(db: Queryable): Promise<void> {
  for (const table of ['sample', 'sample_text']) {
    await db.query(`create index if not exists ${table}_series_time on ${table} (series_id, time)`);
  }
  for (const [column, comment] of columnComments) {
    await db.query(`comment on column ${column} is '${comment}'`);
  }
}

async function createPartitioned(
  db: Queryable,
  table: string,
  columns: string,
  by: 'time' | 'bucket',
): Promise<void> {
  await db.query(`create table if not exists ${table} (${columns}) partition by range (${by})`);
  await db.query(`create table if not exists ${table}_default partition of ${table} default`);
}
