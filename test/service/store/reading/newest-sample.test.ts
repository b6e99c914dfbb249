/** Looks for newest values leave out old partitions: each costs a look for every series, and locks. */
import { expect, test } from 'vitest';
import type { DeviceId, SeriesId } from '../../../../core/id.ts';
import { writeBatch } from '../../../../service/store/writing/batch-writer.ts';
import { createPlainEngine } from '../../../../service/store/storage/engine-plain.ts';
import { readNewestSamples } from '../../../../service/store/reading/newest-sample.ts';
import { NewestValues } from '../../../../service/store/writing/newest-values.ts';
import { partitionName } from '../../../../service/store/partition/partition.ts';
import type { Queryable } from '../../../../service/store/connection/queryable.ts';
import { catchUpSeriesLast } from '../../../../service/store/reading/series-last.ts';
import { SeriesResolver } from '../../../../service/store/writing/series-resolver.ts';
import { type TestDatabase, testDatabase } from '../../../support/database.ts';
import { sampleBatch, seriesDefinition } from '../../../support/sample-batch.ts';

const leaf = '0198a000-0000-7000-8000-000000000001' as DeviceId;
const dayMs = 86_400_000;
const nowMs = Date.now();
const oldMs = nowMs - 10 * dayMs;

interface Measured {
  readonly fresh: SeriesId;
  readonly silent: SeriesId;
  readonly oldPartition: string;
}

/** One series with samples of now and of ten days ago, and one that has been silent since then. */
async function measured(db: TestDatabase): Promise<Measured> {
  const engine = createPlainEngine(db.pool);
  await engine.prepare(oldMs);
  await engine.prepare(nowMs);
  using client = await db.connect();
  const sample = (ref: number, timeMs: number, value: number) => ({
    ref,
    timeUs: timeMs * 1_000,
    value,
  });
  const batch = sampleBatch({
    introduces: [
      seriesDefinition(0, leaf, '/fresh/in-octets'),
      seriesDefinition(1, leaf, '/silent/in-octets'),
    ],
    numbers: [sample(0, oldMs, 1), sample(0, nowMs, 2), sample(1, oldMs, 3)],
  });
  await writeBatch(client, batch, new SeriesResolver(), { newest: new NewestValues() });
  const { rows } = await client.query<{ id: SeriesId }>('select id from series order by path');
  const oldDay = Math.floor(oldMs / dayMs) * dayMs;
  return {
    fresh: rows[0]!.id,
    silent: rows[1]!.id,
    oldPartition: partitionName('sample', { fromMs: oldDay, toMs: oldDay + dayMs }),
  };
}

/** Whoever locks the old partition while this works fails. */
async function withoutOldPartition(
  db: TestDatabase,
  partition: string,
  work: (client: Queryable) => Promise<unknown>,
): Promise<unknown> {
  using holder = await db.connect();
  using client = await db.connect();
  await holder.query(`begin; lock table ${partition} in access exclusive mode`);
  await client.query(`set lock_timeout = '500ms'`);
  const result = await work(client);
  await client.query('reset lock_timeout');
  await holder.query('commit');
  return result;
}

test('a series measured lately is found without the partitions of long ago', async () => {
  await using db = await testDatabase();
  const { fresh, silent, oldPartition } = await measured(db);
  const newest = { seriesId: fresh, timeMs: nowMs, value: 2, text: null, endedAtMs: null };
  const found = await withoutOldPartition(db, oldPartition, (client) =>
    readNewestSamples(client, 'sample', [fresh]),
  );
  expect(found).toEqual([newest]);
  const both = await readNewestSamples(db.pool, 'sample', [silent, fresh, 999 as SeriesId]);
  expect(both).toEqual([
    newest,
    { seriesId: silent, timeMs: oldMs, value: 3, text: null, endedAtMs: null },
  ]);
});

test('catching up asks those partitions only for series that were silent since', async () => {
  await using db = await testDatabase();
  const { silent, oldPartition } = await measured(db);
  expect(await catchUpSeriesLast(db.pool)).toBe(2);
  const { rows } = await db.pool.query('select time, value from series_last order by series_id');
  expect(rows).toEqual([
    { time: nowMs, value: 2 },
    { time: oldMs, value: 3 },
  ]);
  await db.pool.query('delete from series where id = $1', [silent]);
  await db.pool.query('delete from series_last');
  const caughtUp = await withoutOldPartition(db, oldPartition, catchUpSeriesLast);
  expect(caughtUp).toBe(1);
});
