import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SeriesId } from '../../../../core/id.ts';
import { measuredRows } from '../../../../service/store/reading/measured-rows.ts';
import { testDatabase } from '../../../support/database.ts';

test('times of samples are exact to the microsecond until 2106', async () => {
  await using db = await testDatabase();
  const endMs = Date.UTC(2106, 0);
  const { sql, values } = measuredRows({
    seriesIds: [1 as SeriesId],
    range: { fromMs: 0, toMs: endMs },
    segments: [{ tier: 'raw', fromMs: 0, toMs: endMs }],
    measure: 'value',
    average: 'arithmetic',
  });
  using client = await db.connect();
  // Stands before the table of the schema, without its partitions.
  await client.query('create temporary table sample (like public.sample)');
  const times = fc.array(fc.integer({ min: 0, max: endMs * 1_000 - 1 }), {
    minLength: 1_000,
    maxLength: 1_000,
  });
  await fc.assert(
    fc.asyncProperty(times, async (timesUs) => {
      await client.query('truncate pg_temp.sample');
      await client.query(
        `insert into pg_temp.sample (time, series_id, value)
         select 'epoch'::timestamptz + us / 1000000 * interval '1 s' + us % 1000000 * interval '1 microsecond', 1, 0
         from unnest($1::bigint[]) as us`,
        [`{${timesUs.join(',')}}`],
      );
      const { rows } = await client.query<{ ms: number }>(
        `select ms from (${sql}) as measured order by ms`,
        [...values],
      );
      const expected = timesUs.toSorted((left, right) => left - right).map((us) => us / 1_000);
      expect(rows.map(({ ms }) => ms)).toEqual(expected);
    }),
    { numRuns: 20 },
  );
});
