import { describe, expect, test } from 'vitest';
import type { DeviceId } from '../../../../core/id.ts';
import type { SeriesDefinition } from '../../../../core/telemetry/series.ts';
import { writeBatch } from '../../../../service/store/writing/batch-writer.ts';
import { SeriesResolver } from '../../../../service/store/writing/series-resolver.ts';
import { testDatabase, type TestDatabase } from '../../../support/database.ts';
import { type BatchParts, sampleBatch, seriesDefinition } from '../../../support/sample-batch.ts';

const leaf = '00000000-0000-0000-0000-00000000000a' as DeviceId;
const path = '/x/state/free-bytes';
const noonUs = Date.UTC(2026, 10, 21, 12) * 1_000;
const asCounter = seriesDefinition(0, leaf, path, { kind: 'counter', unit: 'By' });
const asGauge = seriesDefinition(0, leaf, path, { kind: 'gauge', unit: 'By' });
const asState = seriesDefinition(0, leaf, path, { kind: 'state', unit: '1' });

/** A program that starts, and stores one batch. */
let batches = 0;
async function store(db: TestDatabase, parts: Omit<BatchParts, 'sequence'>): Promise<void> {
  using client = await db.connect();
  const sequence = (batches += 1);
  await writeBatch(client, sampleBatch({ ...parts, sequence }), new SeriesResolver());
}

/** It samples one class of the leaf, so many seconds after noon. */
function sampled(definition: SeriesDefinition, second: number): Omit<BatchParts, 'sequence'> {
  const timeUs = noonUs + second * 1e6;
  return definition.kind === 'state'
    ? { introduces: [definition], texts: [{ ref: 0, timeUs, value: 'full' }] }
    : { introduces: [definition], numbers: [{ ref: 0, timeUs, value: second }] };
}

/** Kinds of the leaf's series, each with the kind of the one it points to. */
async function links(db: TestDatabase): Promise<Record<string, string | null>> {
  const { rows } = await db.pool.query<{ kind: string; next: string | null }>(
    `select old.kind, next.kind as next from series old left join series next on next.id = old.replaced_by
     where old.path = $1 order by old.id`,
    [path],
  );
  return Object.fromEntries(rows.map(({ kind, next }) => [kind, next]));
}

describe('a leaf that becomes of another class', () => {
  test('has its old series point to the new one, and to the old one again when it comes back', async () => {
    await using db = await testDatabase();
    await store(db, sampled(asCounter, 0));
    expect(await links(db)).toEqual({ counter: null });
    await store(db, sampled(asGauge, 10));
    expect(await links(db)).toEqual({ counter: 'gauge', gauge: null });
    await store(db, sampled(asCounter, 20));
    expect(await links(db)).toEqual({ counter: null, gauge: 'counter' });
    await store(db, sampled(asState, 30));
    expect(await links(db)).toEqual({ counter: 'state', gauge: 'state', state: null });
  });

  test('is known in both classes by a program that starts and meets both', async () => {
    await using db = await testDatabase();
    await store(db, {
      introduces: [asCounter, { ...asGauge, ref: 1 }],
      numbers: [
        { ref: 0, timeUs: noonUs, value: 1 },
        { ref: 1, timeUs: noonUs + 1e6, value: 1 },
      ],
    });
    expect(await links(db)).toEqual({ counter: 'gauge', gauge: null });
  });

  test('is not what late samples of before say, nor the end of its old series', async () => {
    await using db = await testDatabase();
    await store(db, sampled(asCounter, 0));
    await store(db, sampled(asGauge, 100));
    await store(db, sampled(asCounter, 50));
    expect(await links(db)).toEqual({ counter: 'gauge', gauge: null });
    const ends = [{ ref: 0, timeUs: noonUs + 200e6 }];
    await store(db, { introduces: [asCounter], ends });
    expect(await links(db)).toEqual({ counter: 'gauge', gauge: null });
  });

  test('leaves others alone', async () => {
    await using db = await testDatabase();
    const other = seriesDefinition(0, leaf, '/x/state/used-bytes', { kind: 'gauge', unit: 'By' });
    await store(db, sampled(other, 0));
    await store(db, sampled(asCounter, 0));
    await store(db, sampled(asGauge, 10));
    const { rows } = await db.pool.query('select 1 from series where replaced_by is not null');
    expect(rows).toHaveLength(1);
  });
});

test('writers at once leave one of a leaf’s series that points to none', async () => {
  await using db = await testDatabase();
  for (const definition of [asCounter, asGauge, asState]) await store(db, sampled(definition, 0));
  await Promise.all(
    [asCounter, asGauge, asState, asCounter, asGauge].map((one, at) =>
      store(db, sampled(one, 10 + at)),
    ),
  );
  const found = Object.entries(await links(db));
  const living = found.filter(([, next]) => next === null).map(([kind]) => kind);
  expect(living).toHaveLength(1);
  expect(new Set(found.flatMap(([, next]) => next ?? []))).toEqual(new Set(living));
});
