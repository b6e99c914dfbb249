/** What is cleared away of the ends of series. */
import { expect, test } from 'vitest';
import type { SeriesId } from '../../../../core/id.ts';
import type { Queryable } from '../../../../service/store/connection/queryable.ts';
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

test('many are cleared piece by piece, however many are of one time, and a stopped run is gone on with', async () => {
  await using db = await testDatabase();
  // A target went away and came back again and again: all its series ended at once each time.
  await db.pool.query(
    `insert into series_end select series, $1::timestamptz - at * interval '1 ms'
     from generate_series(1, 25) as series, generate_series(1, 6) as at`,
    [new Date(noon)],
  );
  const stop = new AbortController();
  let pieces = 0;
  const counted: Queryable = {
    query(text, values) {
      pieces += 1;
      if (pieces === 2) stop.abort();
      return db.pool.query(text, [...values!]);
    },
  };
  expect(await clearOldEnds(counted, noon, { atOnce: 10, signal: stop.signal })).toBe(20);
  expect(await clearOldEnds(counted, noon, { atOnce: 10 })).toBe(105);
  // Two before; 130 in pieces of 10, and one that finds nothing more.
  expect(pieces).toBe(2 + 13 + 1);
  const { rows } = await db.pool.query<{ time: number }>('select time from series_end');
  expect(rows.map(({ time }) => time)).toEqual(Array.from({ length: 25 }, () => noon - 1));
});
