import { describe, expect, test } from 'vitest';
import { openStorage } from '../../../../service/store/storage/storage-choice.ts';
import { timescaleDatabase } from '../../../support/timescale.ts';

const midnight = Date.UTC(2026, 10, 21);
const hourMs = 3_600_000;

describe('storage on timescale, Community edition', () => {
  test('sizes say how well chunks are compressed; late samples reach them and the rollups', async () => {
    await using db = await timescaleDatabase();
    const { pool } = db;
    const { engine } = await openStorage(pool);
    await pool.query(
      `insert into sample (time, series_id, value)
       select $1::timestamptz + second * interval '1 s', 1, 5 from generate_series(0, 7199) as second`,
      [new Date(midnight)],
    );
    const sample = async () => (await engine.sizes()).find(({ table }) => table === 'sample')!;
    expect(await sample()).toMatchObject({
      partitions: 1,
      oldestMs: midnight,
      newestMs: midnight + 2 * hourMs,
      compressedBytes: null,
      compressionRatio: null,
    });
    await engine.refreshRollups(midnight + 24 * hourMs);
    await pool.query(`select compress_chunk(chunk) from show_chunks('sample') as chunk`);
    const { compressedBytes, compressionRatio, bytes } = await sample();
    expect(compressionRatio).toBeGreaterThan(4);
    expect(compressedBytes).toBeGreaterThan(0);
    expect(bytes).toBeGreaterThanOrEqual(compressedBytes!);

    await pool.query('insert into sample (time, series_id, value) values ($1, 1, 9)', [
      new Date(midnight + 500),
    ]);
    await engine.refreshRollups(midnight + 24 * hourMs);
    const { rows } = await pool.query('select count, max, first, last from sample_1d');
    expect(rows).toEqual([{ count: 7_201, max: 9, first: 5, last: 5 }]);
  });
});
