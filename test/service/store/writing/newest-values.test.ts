import { describe, expect, test } from 'vitest';
import type { DeviceId } from '../../../../core/id.ts';
import { writeBatch } from '../../../../service/store/writing/batch-writer.ts';
import { NewestValues } from '../../../../service/store/writing/newest-values.ts';
import type { Queryable } from '../../../../service/store/connection/queryable.ts';
import { catchUpSeriesLast } from '../../../../service/store/reading/series-last.ts';
import { SeriesResolver } from '../../../../service/store/writing/series-resolver.ts';
import { testDatabase } from '../../../support/database.ts';
import { sampleBatch, seriesDefinition } from '../../../support/sample-batch.ts';

const leaf = '0198a000-0000-7000-8000-000000000001' as DeviceId;
const noon = Date.UTC(2026, 10, 21, 12) * 1_000;
const day = 86_400_000_000;
const introduces = [
  seriesDefinition(0, leaf, '/a/in-octets'),
  seriesDefinition(1, leaf, '/a/oper-status', { kind: 'state', unit: '1' }),
  seriesDefinition(2, leaf, '/b/in-octets'),
];

async function lastRows(db: Queryable): Promise<unknown[]> {
  const { rows } = await db.query(
    `select series.path, series_last.time, series_last.value, series_last.text
     from series_last join series on series.id = series_last.series_id order by series.path`,
  );
  return rows;
}

const octets = (timeUs: number, value: number) => ({
  path: '/a/in-octets',
  time: timeUs / 1_000,
  value,
  text: null,
});
const status = (timeUs: number, text: string) => ({
  path: '/a/oper-status',
  time: timeUs / 1_000,
  value: null,
  text,
});

describe('newest values', () => {
  test('are written when they are flushed, not with the batch; a late row never replaces a newer', async () => {
    await using db = await testDatabase();
    using client = await db.connect();
    const newest = new NewestValues();
    const resolver = new SeriesResolver();
    const first = sampleBatch({
      sequence: 1,
      introduces,
      numbers: [{ ref: 0, timeUs: noon + 1_000, value: 7 }],
      texts: [{ ref: 1, timeUs: noon, value: 'UP' }],
    });
    const late = sampleBatch({ sequence: 2, numbers: [{ ref: 0, timeUs: noon, value: 6 }] });
    await writeBatch(client, first, resolver, { newest });
    await writeBatch(client, late, resolver, { newest });
    expect(await lastRows(db.pool)).toEqual([]);
    expect(newest.size).toBe(2);
    await newest.flush(db.pool);
    expect(newest.size).toBe(0);
    expect(await lastRows(db.pool)).toEqual([octets(noon + 1_000, 7), status(noon, 'UP')]);
  });

  test('of a batch that was not stored are not kept', async () => {
    await using db = await testDatabase();
    using client = await db.connect();
    const newest = new NewestValues();
    const batch = sampleBatch({ introduces, numbers: [{ ref: 0, timeUs: noon, value: 1 }] });
    const copyIn = () => Promise.reject(new Error('the connection broke'));
    await expect(
      writeBatch(client, batch, new SeriesResolver(), { newest, copyIn }),
    ).rejects.toThrow('the connection broke');
    expect(newest.size).toBe(0);
  });

  test('wait on where the flush fails, and give way to what came meanwhile', async () => {
    await using db = await testDatabase();
    using client = await db.connect();
    const newest = new NewestValues();
    const numbers = [0, 2].map((ref) => ({ ref, timeUs: noon, value: 1 }));
    await writeBatch(client, sampleBatch({ introduces, numbers }), new SeriesResolver(), {
      newest,
    });
    const { rows } = await db.pool.query('select id from series order by path');
    const seriesId = rows[0].id;
    const gone = {
      query: () => {
        newest.offer([{ seriesId, timeUs: noon + 5_000, value: 2, text: null }]);
        return Promise.reject(new Error('gone'));
      },
    } as unknown as Queryable;
    await expect(newest.flush(gone)).rejects.toThrow('gone');
    await newest.flush(db.pool);
    expect(await lastRows(db.pool)).toMatchObject([octets(noon + 5_000, 2), { value: 1 }]);
  });

  test('that a crash lost are found in the samples', async () => {
    await using db = await testDatabase();
    using client = await db.connect();
    const newest = new NewestValues();
    const resolver = new SeriesResolver();
    const numbers = [
      { ref: 0, timeUs: noon - day, value: 1 },
      { ref: 0, timeUs: noon, value: 2 },
    ];
    const texts = [{ ref: 1, timeUs: noon, value: 'DOWN' }];
    await writeBatch(client, sampleBatch({ introduces, numbers, texts }), resolver, { newest });
    // The program is killed here; what it kept is gone.
    expect(await catchUpSeriesLast(db.pool)).toBe(2);
    expect(await lastRows(db.pool)).toEqual([octets(noon, 2), status(noon, 'DOWN')]);
    expect(await catchUpSeriesLast(db.pool)).toBe(0);
    expect(await catchUpSeriesLast(db.pool, AbortSignal.abort())).toBe(0);
  });
});
