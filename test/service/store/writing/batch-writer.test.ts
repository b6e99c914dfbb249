import { describe, expect, test } from 'vitest';
import type { DeviceId } from '../../../../core/id.ts';
import { writeBatch } from '../../../../service/store/writing/batch-writer.ts';
import { createPlainEngine } from '../../../../service/store/storage/engine-plain.ts';
import type { DatabasePool } from '../../../../service/store/connection/pool.ts';
import { SeriesResolver } from '../../../../service/store/writing/series-resolver.ts';
import { testDatabase } from '../../../support/database.ts';
import { sampleBatch, seriesDefinition } from '../../../support/sample-batch.ts';

const leaf = '0198a000-0000-7000-8000-000000000001' as DeviceId;
const octets = '/interfaces/interface[name=Ethernet1/1]/state/counters/in-octets';
const status = '/interfaces/interface[name=Ethernet1/1]/state/oper-status';
const noon = Date.UTC(2026, 10, 21, 12) * 1_000;

const both = [
  seriesDefinition(0, leaf, octets),
  seriesDefinition(1, leaf, status, { kind: 'state', unit: '1' }),
];

async function rowsOf(pool: DatabasePool, table: string): Promise<unknown[]> {
  return (await pool.query(`select * from ${table} order by time, series_id`)).rows;
}

describe('writing a batch', () => {
  test('stores numbers, texts and newest values', async () => {
    await using db = await testDatabase();
    using client = await db.connect();
    const batch = sampleBatch({
      introduces: both,
      numbers: [
        { ref: 0, timeUs: noon + 1, value: 10 },
        { ref: 0, timeUs: noon + 5_000_001, value: 110, delta: 100, spanMs: 5_000, quality: 3 },
      ],
      texts: [{ ref: 1, timeUs: noon, value: 'UP' }],
    });
    expect(await writeBatch(client, batch, new SeriesResolver())).toEqual({
      outcome: 'stored',
      rows: 3,
      quarantined: 0,
      newSeries: 2,
      fenced: 0,
    });
    const [first, second] = await rowsOf(db.pool, 'sample');
    expect(first).toMatchObject({
      time: noon / 1_000 + 0.001,
      value: 10,
      delta: null,
      span_ms: null,
      quality: null,
    });
    expect(second).toMatchObject({ value: 110, delta: 100, span_ms: 5_000, quality: 3 });
    expect(await rowsOf(db.pool, 'sample_text')).toMatchObject([{ value: 'UP' }]);
    expect(await rowsOf(db.pool, 'series_last')).toMatchObject([
      { value: null, text: 'UP' },
      { value: 110, text: null },
    ]);
  });

  test('stores the ends of series once, and takes those back that were none', async () => {
    await using db = await testDatabase();
    using client = await db.connect();
    const resolver = new SeriesResolver();
    const first = sampleBatch({
      introduces: both,
      texts: [{ ref: 1, timeUs: noon, value: 'UP' }],
      ends: [
        { ref: 1, timeUs: noon + 1 },
        { ref: 1, timeUs: noon + 2 },
        { ref: 0, timeUs: noon + 3 },
        { ref: 0, timeUs: noon + 3, withdrawn: true },
        { ref: 0, timeUs: noon + 4, withdrawn: true },
        { ref: 0, timeUs: noon + 4 },
      ],
    });
    const stored = { outcome: 'stored', rows: 1, quarantined: 0 };
    expect(await writeBatch(client, first, resolver)).toMatchObject({ ...stored, newSeries: 2 });
    expect(await writeBatch(client, first, resolver)).toMatchObject({ outcome: 'repeated' });
    const ends = () =>
      db.pool.query(
        `select path, ((extract(epoch from time) * 1e6)::bigint - $1) as us
         from series_end join series on series.id = series_id order by us`,
        [noon],
      );
    expect((await ends()).rows).toEqual([
      { path: status, us: 1 },
      { path: status, us: 2 },
      { path: octets, us: 4 },
    ]);
    const later = sampleBatch({
      sequence: 2,
      ends: [
        { ref: 1, timeUs: noon + 1, withdrawn: true },
        { ref: 1, timeUs: noon + 2 },
      ],
    });
    const none = { outcome: 'stored', rows: 0, quarantined: 0, newSeries: 0, fenced: 0 };
    expect(await writeBatch(client, later, resolver)).toEqual(none);
    expect((await ends()).rows).toMatchObject([{ us: 2 }, { us: 4 }]);
  });

  test('an end whose transaction failed is not there, and one whose series cannot be is left out', async () => {
    await using db = await testDatabase();
    using client = await db.connect();
    const broken = { ...seriesDefinition(2, leaf, '/x/y'), path: '/x[k=\0]/y' };
    const batch = sampleBatch({
      introduces: [...both, broken],
      numbers: [{ ref: 0, timeUs: noon, value: 1 }],
      ends: [
        { ref: 1, timeUs: noon },
        { ref: 2, timeUs: noon },
        { ref: 9, timeUs: noon },
      ],
    });
    const copyIn = () => Promise.reject(new Error('the disk is full'));
    const resolver = new SeriesResolver();
    await expect(writeBatch(client, batch, resolver, { copyIn })).rejects.toThrow('disk is full');
    const count = 'select count(*) as ends from series_end';
    expect((await db.pool.query(count)).rows).toEqual([{ ends: 0 }]);
    expect(await writeBatch(client, batch, resolver)).toMatchObject({ rows: 1, newSeries: 2 });
    expect((await db.pool.query(count)).rows).toEqual([{ ends: 1 }]);
  });

  test('the same batch twice is stored once, whichever resolver writes it', async () => {
    await using db = await testDatabase();
    using client = await db.connect();
    const batch = sampleBatch({
      introduces: both,
      numbers: [{ ref: 0, timeUs: noon, value: 1 }],
      texts: [{ ref: 1, timeUs: noon, value: 'a\0b' }],
    });
    const resolver = new SeriesResolver();
    await writeBatch(client, batch, resolver);
    const again = { outcome: 'repeated', rows: 1, quarantined: 1, newSeries: 0, fenced: 0 };
    expect(await writeBatch(client, batch, resolver)).toEqual(again);
    expect(await writeBatch(client, batch, new SeriesResolver())).toEqual(again);
    expect(await rowsOf(db.pool, 'sample')).toHaveLength(1);
  });

  test('a commit whose answer was lost is repeated safely', async () => {
    await using db = await testDatabase();
    const batch = sampleBatch({
      introduces: both,
      numbers: [{ ref: 0, timeUs: noon, value: 1 }],
    });
    const resolver = new SeriesResolver();
    const client = await db.pool.connect();
    const send = client.query.bind(client) as (...args: unknown[]) => Promise<unknown>;
    // The server commits, and then the connection breaks before its answer arrives.
    client.query = ((...args: unknown[]) => {
      const answer = send(...args);
      if (args[0] !== 'commit') return answer;
      return answer.then(() => Promise.reject(new Error('Connection terminated unexpectedly')));
    }) as typeof client.query;
    await expect(writeBatch(client, batch, resolver)).rejects.toThrow(/Connection terminated/);
    client.release(true);

    using other = await db.connect();
    expect(await writeBatch(other, batch, resolver)).toMatchObject({
      outcome: 'repeated',
      rows: 1,
    });
    const next = sampleBatch({ sequence: 2, numbers: [{ ref: 0, timeUs: noon + 1, value: 2 }] });
    expect(await writeBatch(other, next, resolver)).toMatchObject({
      outcome: 'stored',
      newSeries: 0,
      fenced: 0,
    });
    expect(await rowsOf(db.pool, 'sample')).toHaveLength(2);
  });

  test('ids given in a transaction that failed are not remembered', async () => {
    await using db = await testDatabase();
    const resolver = new SeriesResolver();
    using client = await db.connect();
    const batch = sampleBatch({ introduces: both, numbers: [{ ref: 0, timeUs: noon, value: 1 }] });
    const copyIn = () => Promise.reject(new Error('the disk is full'));
    await expect(writeBatch(client, batch, resolver, { copyIn })).rejects.toThrow(
      'the disk is full',
    );
    expect(resolver.idOf(0)).toBeUndefined();
    expect(await writeBatch(client, batch, resolver)).toMatchObject({ newSeries: 1 });
  });

  test('nor are those of a transaction whose commit failed', async () => {
    await using db = await testDatabase();
    const resolver = new SeriesResolver();
    const batch = sampleBatch({ introduces: both, numbers: [{ ref: 0, timeUs: noon, value: 1 }] });
    const client = await db.pool.connect();
    const send = client.query.bind(client) as (...args: unknown[]) => Promise<unknown>;
    client.query = ((...args: unknown[]) =>
      args[0] === 'commit'
        ? send('rollback').then(() => Promise.reject(new Error('the server restarts')))
        : send(...args)) as typeof client.query;
    await expect(writeBatch(client, batch, resolver)).rejects.toThrow('the server restarts');
    client.release(true);
    using other = await db.connect();
    expect(await writeBatch(other, batch, resolver)).toMatchObject({
      outcome: 'stored',
      newSeries: 1,
      fenced: 0,
    });
  });

  test('what cannot be stored goes to quarantine with its reason, and the counts close', async () => {
    await using db = await testDatabase();
    using client = await db.connect();
    const long = `/a[b=${'x'.repeat(3_000)}]/c`;
    const batch = sampleBatch({
      introduces: [
        ...both,
        seriesDefinition(2, leaf, long),
        { ...seriesDefinition(3, leaf, '/x/y'), path: '/x[k=\0]/y' },
      ],
      numbers: [
        { ref: 0, timeUs: noon, value: 1 },
        { ref: 0, timeUs: noon + 1, value: Number.NaN },
        { ref: 0, timeUs: noon + 2, value: Number.NEGATIVE_INFINITY },
        { ref: 0, timeUs: Number.NaN, value: 2 },
        { ref: 2, timeUs: noon, value: 3 },
        { ref: 3, timeUs: noon, value: 4 },
      ],
      texts: [
        { ref: 1, timeUs: noon, value: 'up\0' },
        { ref: 1, timeUs: noon, value: '\ud800' },
        { ref: 1, timeUs: noon, value: `'; drop table sample; -- \\ % \u202e` },
      ],
    });
    const result = await writeBatch(client, batch, new SeriesResolver());
    expect(result).toMatchObject({ rows: 2, quarantined: 7, newSeries: 2, fenced: 0 });
    expect(result.refused).toHaveLength(7);
    const { rows } = await db.pool.query('select reason, value from quarantine order by id');
    expect(rows).toEqual([
      { reason: 'not a finite number', value: 'NaN' },
      { reason: 'not a finite number', value: '-Infinity' },
      { reason: 'the time is none', value: '2' },
      { reason: 'the path is longer than 2048 bytes', value: '3' },
      { reason: 'the path holds NUL or broken text', value: '4' },
      { reason: 'the text holds NUL', value: 'up\u2400' },
      { reason: 'the text holds half a character', value: '\ufffd' },
    ]);
    expect(await rowsOf(db.pool, 'sample_text')).toMatchObject([
      { value: `'; drop table sample; -- \\ % \u202e` },
    ]);
  });

  test('rows that the database alone refuses are found, and all others stored', async () => {
    await using db = await testDatabase();
    using client = await db.connect();
    await db.pool.query('alter table sample add constraint odd check (value <> 13)');
    await db.pool.query(`alter table sample_text add constraint polite check (value <> 'damn')`);
    const batch = sampleBatch({
      introduces: both,
      numbers: Array.from({ length: 100 }, (_, at) => ({
        ref: 0,
        timeUs: noon + at,
        value: [0, 41, 42, 99].includes(at) ? 13 : 100 + at,
      })),
      texts: ['UP', 'damn', 'DOWN'].map((value, at) => ({ ref: 1, timeUs: noon + at, value })),
    });
    const result = { rows: 98, quarantined: 5 };
    const resolver = new SeriesResolver();
    expect(await writeBatch(client, batch, resolver)).toMatchObject({
      outcome: 'stored',
      ...result,
    });
    expect(await writeBatch(client, batch, resolver)).toMatchObject({
      outcome: 'repeated',
      ...result,
    });
    expect(await rowsOf(db.pool, 'sample')).toHaveLength(96);
    expect(await rowsOf(db.pool, 'series_last')).toMatchObject([{ text: 'DOWN' }, { value: 198 }]);
    const { rows } = await db.pool.query(
      `select value, count, (extract(epoch from time) * 1e6)::float8 - $1::float8 as at, reason
       from quarantine order by id`,
      [noon],
    );
    // What is alike is one row, with the time of the newest.
    expect(rows.map(({ value, count, at }) => [value, count, at])).toEqual([
      ['13', 4, 99],
      ['damn', 1, 1],
    ]);
    expect(rows[0]).toMatchObject({ reason: expect.stringContaining('"odd"') });
  });

  test('numbers that no rollup could hold are refused', async () => {
    await using db = await testDatabase();
    using client = await db.connect();
    const values = [
      { value: 1.7e308 },
      { value: 1, delta: 5e-324, spanMs: 1_000 },
      { value: 1, delta: 1e-280, spanMs: 2_147_483_647 },
      { value: -1e290, delta: 1e290, spanMs: 1 },
      { value: -1e290, delta: 0, spanMs: 0 },
    ];
    const numbers = values.map((rest, at) => ({ ref: 0, timeUs: noon + at, ...rest }));
    const batch = sampleBatch({ introduces: both, numbers });
    expect(await writeBatch(client, batch, new SeriesResolver())).toMatchObject({
      rows: 3,
      quarantined: 2,
    });
    await createPlainEngine(db.pool).refreshRollups(noon / 1_000 + 2 * 86_400_000);
    expect((await db.pool.query('select count from sample_1d')).rows).toEqual([{ count: 3 }]);
  });

  test('an older value never replaces a newer one', async () => {
    await using db = await testDatabase();
    using client = await db.connect();
    const resolver = new SeriesResolver();
    const newer = sampleBatch({ introduces: both, numbers: [{ ref: 0, timeUs: noon, value: 2 }] });
    const older = sampleBatch({ sequence: 2, numbers: [{ ref: 0, timeUs: noon - 1, value: 1 }] });
    await writeBatch(client, newer, resolver);
    await writeBatch(client, older, resolver);
    expect(await rowsOf(db.pool, 'series_last')).toMatchObject([{ value: 2 }]);
    expect(await rowsOf(db.pool, 'sample')).toHaveLength(2);
  });

  test('two workers that bring the same series at once share it', async () => {
    await using db = await testDatabase();
    const definitions = Array.from({ length: 200 }, (_, ref) =>
      seriesDefinition(
        ref,
        leaf,
        `/interfaces/interface[name=Ethernet${ref}]/state/counters/in-octets`,
      ),
    );
    const results = await Promise.all(
      [0, 1, 2].map(async (worker) => {
        using client = await db.connect();
        const introduces = (worker === 1 ? definitions.toReversed() : definitions).map(
          (definition, ref) => ({ ...definition, ref }),
        );
        const numbers = introduces.map(({ ref }) => ({ ref, timeUs: noon, value: 1 }));
        const batch = sampleBatch({ introduces, numbers });
        const keyed = { ...batch, key: { ...batch.key, worker } };
        const result = await writeBatch(client, keyed, new SeriesResolver());
        return result;
      }),
    );
    expect(results.reduce((sum, { newSeries }) => sum + newSeries, 0)).toBe(200);
    expect(await rowsOf(db.pool, 'sample')).toHaveLength(600);
  });

  test('a leaf that changes its type starts a new series and the old points to it', async () => {
    await using db = await testDatabase();
    using client = await db.connect();
    const resolver = new SeriesResolver();
    const numbers = [{ ref: 0, timeUs: noon, value: 1 }];
    await writeBatch(client, sampleBatch({ introduces: [both[0]!], numbers }), resolver);
    const changed = sampleBatch({
      sequence: 2,
      introduces: [seriesDefinition(1, leaf, octets, { kind: 'gauge' })],
      numbers: [{ ref: 1, timeUs: noon + 1, value: 1 }],
    });
    await writeBatch(client, changed, resolver);
    const { rows } = await db.pool.query(
      'select kind, replaced_by is not null as replaced from series order by id',
    );
    expect(rows).toEqual([
      { kind: 'counter', replaced: true },
      { kind: 'gauge', replaced: false },
    ]);
  });
});
