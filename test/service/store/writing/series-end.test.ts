/** What is cleared away of the ends of series. */
import { expect, test } from 'vitest';
import type { SeriesId } from '../../../../core/id.ts';
import { clearOldEnds } from '../../../../service/store/writing/series-end.ts';
import { testDatabase } from '../../../support/database.ts';

const noon = Date.UTC(2026, 10, 21, 12);
const [first, second] = [1, 2] as SeriesId[];

test('of the ends before the cut the newest of each series stays: without it a removed leaf would live', async () => {
  await using db = await testDatabase();
  const ends: readonly [SeriesId | undefined, number][] = [
    [first, -30],
    [first, -20],
    [first, -10],
    [first, 5],
    [second, -40],
  ];
  for (const [series, ms] of ends) {
    await db.pool.query('insert into series_end values ($1, $2)', [series, new Date(noon + ms)]);
  }
  expect(await clearOldEnds(db.pool, noon)).toBe(2);
  const { rows } = await db.pool.query<{ series_id: SeriesId; time: number }>(
    'select series_id, time from series_end order by series_id, time',
  );
  expect(rows.map(({ series_id, time }) => [series_id, time - noon])).toEqual([
    [first, -10],
    [first, 5],
    [second, -40],
  ]);
  expect(await clearOldEnds(db.pool, noon)).toBe(0);
});
