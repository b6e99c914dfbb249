import { expect, test } from 'vitest';
import { makeUuid, type DeviceId } from '../../../../core/id.ts';
import { systemClock } from '../../../../core/time.ts';
import { createQueryRouter } from '../../../../service/query/query-router.ts';
import { createStoreSource } from '../../../../service/query/store-source.ts';
import { writeBatch } from '../../../../service/store/writing/batch-writer.ts';
import { createPlainEngine } from '../../../../service/store/storage/engine-plain.ts';
import { SeriesResolver } from '../../../../service/store/writing/series-resolver.ts';
import { testDatabase } from '../../../support/database.ts';
import { sampleBatch, seriesDefinition } from '../../../support/sample-batch.ts';

const path = '/system/memory/state/used';
const nowMs = Date.UTC(2026, 10, 21, 12);
/**
 * The collector sets such times right; should one come nevertheless, the writer must not alter or lose it: of the epoch, a moment after it, of today, and of the last year that µs are
 * exact in.
 */
const times = [0, 1, nowMs * 1_000, Date.UTC(2255, 0) * 1_000];
const refused = [Date.UTC(2262, 3, 11) * 1_000, Infinity];

test('samples of 1970 are stored and read as they are, those of 2262 are in quarantine', async () => {
  await using db = await testDatabase();
  const device = makeUuid<DeviceId>(systemClock);
  await db.pool.query('insert into device (id, name) values ($1, $2)', [device, 'leaf-01']);
  const engine = createPlainEngine(db.pool);
  await engine.createStorage();
  const all = [...times, ...refused];
  const batch = sampleBatch({
    introduces: [seriesDefinition(0, device, path, { kind: 'gauge', unit: '1' })],
    numbers: all.map((timeUs, at) => ({ ref: 0, timeUs, value: at })),
  });
  using client = await db.connect();
  const result = await writeBatch(client, batch, new SeriesResolver());
  expect(result).toMatchObject({ rows: 4, quarantined: 2 });
  await engine.refreshRollups(nowMs);
  const store = createStoreSource(db.pool);
  const answer = await createQueryRouter({ store }, { nowMs: () => nowMs }).run(
    {
      selectors: [{ path }],
      function: 'count',
      fromMs: -8.64e15,
      toMs: 8.64e15,
      widthPx: 800,
    },
    new AbortController().signal,
  );
  const counted = answer.series[0]!.values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
  expect(counted).toBe(4);
  const { rows } = await db.pool.query('select reason from quarantine');
  expect(rows).toEqual([{ reason: 'the time is none' }, { reason: 'the time is none' }]);
});
