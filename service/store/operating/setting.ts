/** Live settings by key; values are JSON that the reader checks. */
import type { Queryable } from '../connection/queryable.ts';

/** undefined where it was never set. */
export async function readSetting(db: Queryable, key: string): Promise<unknown> {
  const { rows } = await db.query<{ value: unknown }>('select value from setting where key = $1', [
    key,
  ]);
  return rows[0]?.value;
}

export async function writeSetting(
  db: Queryable,
  setting: { key: string; value: unknown; actor: string },
): Promise<void> {
  await db.query(
    `insert into setting (key, value, updated_by) values ($1, $2, $3)
     on conflict (key) do update set value = excluded.value, updated_by = excluded.updated_by,
       updated_at = now()`,
    [setting.key, JSON.stringify(setting.value), setting.actor],
  );
}
