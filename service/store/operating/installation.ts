/** Which installation a database is of: an id of its own, made once and kept in a backup. */
import { z } from 'zod';
import { makeUuid } from '../../../core/id.ts';
import { systemClock } from '../../../core/time.ts';
import { queryOne, type Queryable } from '../connection/queryable.ts';

export async function readInstallation(db: Queryable): Promise<string> {
  await db.query(
    `insert into setting (key, value, updated_by) values ('installation', $1, 'nocturne')
     on conflict (key) do nothing`,
    [JSON.stringify(makeUuid(systemClock))],
  );
  const { value } = await queryOne<{ value: unknown }>(
    db,
    `select value from setting where key = 'installation'`,
  );
  return z.string().parse(value);
}
