/**
 * What devices may send, word by word, through the real writer into real storage: rows in = rows stored + quarantined,
 * and what is stored is what came.
 */
import * as fc from 'fast-check';
import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DeviceId } from '../../../../core/id.ts';
import type { SampleBatch } from '../../../../core/telemetry/sample.ts';
import type { SeriesDefinition } from '../../../../core/telemetry/series.ts';
import { formatPath, keysOf, metricOf } from '../../../../core/telemetry/path.ts';
import { writeBatch, type WriteOptions } from '../../../../service/store/writing/batch-writer.ts';
import { createPlainEngine } from '../../../../service/store/storage/engine-plain.ts';
import { SeriesResolver } from '../../../../service/store/writing/series-resolver.ts';
import { openStorage } from '../../../../service/store/storage/storage-choice.ts';
import type { StorageEngine } from '../../../../service/store/storage/storage-engine.ts';
import { arbitraryBatch } from '../../../support/arbitrary-samples.ts';
import { testDatabase } from '../../../support/database.ts';
import { type BatchParts, sampleBatch, seriesDefinition } from '../../../support/sample-batch.ts';
import { timescaleDatabase } from '../../../support/timescale.ts';

const leaf = '0198a000-0000-7000-8000-000000000001' as DeviceId;
const noonMs = Date.UTC(2026, 10, 21, 12);
const noon = noonMs * 1_000;

interface Subject extends AsyncDisposable {
  readonly pool: Pool;
  readonly engine: StorageEngine;
  readonly options: WriteOptions;
}

async function plain(): Promise<Subject> {
  const db = await testDatabase();
  const engine = createPlainEngine(db.pool);
  await engine.prepare(noonMs);
  return {
    pool: db.pool,
    engine,
    options: {},
    [Symbol.asyncDispose]: () => db[Symbol.asyncDispose](),
  };
}

async function timescale(): Promise<Subject> {
  const { pool, copyIn, ...db } = await timescaleDatabase();
  const { engine } = await openStorage(pool);
  return {
    pool,
    engine,
    options: { copyIn },
    [Symbol.asyncDispose]: () => db[Symbol.asyncDispose](),
  };
}

let incarnations = 0;

function numbered(batch: SampleBatch): SampleBatch {
  incarnations += 1;
  return { ...batch, key: { ...batch.key, incarnation: incarnations } };
}

async function write(
  { pool, options }: Subject,
  batch: SampleBatch,
  resolver = new SeriesResolver(),
) {
  const client = await pool.connect();
  try {
    return await writeBatch(client, batch, resolver, options);
  } finally {
    client.release();
  }
}

const send = (subject: Subject, parts: BatchParts) => write(subject, numbered(sampleBatch(parts)));

/** A leaf whose interface has that name, as the normaliser defines it. */
function named(ref: number, name: string): SeriesDefinition {
  const path = {
    origin: '',
    elems: [
      { name: 'interfaces', keys: {} },
      { name: 'interface', keys: { name } },
      { name: 'oper-status', keys: {} },
    ],
  };
  return {
    ref,
    deviceId: leaf,
    path: formatPath(path),
    metric: metricOf(path),
    keys: keysOf(path),
    kind: 'state',
    unit: '1',
  };
}

const words = [
  `O'Brien`,
  `'; drop table sample; --`,
  `"`,
  `""`,
  `%s %d %`,
  `\\`,
  `\\N`,
  `\\.`,
  `a\\b\\\\c`,
  `\t\r\n\v`,
  `\u202eevil\u202c`,
  `מתג ראשי`,
  `交换机`,
  `👩‍👩‍👧`,
  `\ufeff`,
  `\u0001\u001f\u007f`,
  `$1 $$ $body$`,
  `{1,2}`,
  `{"a":null}`,
  `null`,
  `NULL`,
  ``,
  ` `,
  `=1+1`,
  `<img src=x onerror=alert(1)>`,
  `x`.repeat(1_900),
];
/** NUL, halves of surrogate pairs, and names no index could hold. */
const unstorable = [
  `a\0b`,
  `\0`,
  `\ud800`,
  `\udc00x`,
  `ok\ud83d`,
  `x`.repeat(65_536),
  `é`.repeat(1_025),
];

const engines = [
  ['plain', plain],
  ['timescale', timescale],
] as const;

describe.each(engines)('hostile batches: %s', (_name, open) => {
  let subject: Subject;
  beforeAll(async () => {
    subject = await open();
  });
  afterAll(() => subject[Symbol.asyncDispose]());

  async function emptied(): Promise<void> {
    await subject.pool.query(
      'truncate sample, sample_text, series, series_last, quarantine, rollup_mark',
    );
  }

  test('names are stored and found as they are', async () => {
    await emptied();
    const introduces = words.map((word, ref) => named(ref, word));
    const texts = words.map((value, ref) => ({ ref, timeUs: noon + ref, value }));
    const result = await send(subject, { introduces, texts });
    expect(result).toMatchObject({ rows: words.length, quarantined: 0, newSeries: words.length });
    const { rows } = await subject.pool.query(
      `select keys ->> 'interface/name' as name, path, sample_text.value, text
       from sample_text join series on series.id = series_id join series_last using (series_id)
       order by sample_text.time`,
    );
    expect(rows).toEqual(
      words.map((word, ref) => ({
        name: word,
        path: introduces[ref]!.path,
        value: word,
        text: word,
      })),
    );
    // The same words again are the same series.
    expect(await send(subject, { introduces, texts })).toMatchObject({ newSeries: 0 });
  });

  test('names and texts that cannot be stored are in quarantine, and nothing else is', async () => {
    await emptied();
    const introduces = [named(0, 'fine'), ...unstorable.map((name, at) => named(at + 1, name))];
    const [, ...bad] = introduces;
    const badTexts = unstorable.slice(0, 5);
    const result = await send(subject, {
      introduces,
      texts: [
        ...bad.map(({ ref }) => ({ ref, timeUs: noon, value: 'UP' })),
        ...badTexts.map((value, at) => ({ ref: 0, timeUs: noon + at, value })),
        { ref: 0, timeUs: noon + 9, value: 'é'.repeat(1_000_000) },
      ],
      numbers: bad.map(({ ref }) => ({ ref, timeUs: noon, value: 1 })),
    });
    expect(result).toMatchObject({
      outcome: 'stored',
      rows: 1,
      quarantined: 2 * bad.length + badTexts.length,
      newSeries: 1,
      fenced: 0,
    });
    const { rows } = await subject.pool.query('select length(value) as length from sample_text');
    expect(rows).toEqual([{ length: 1_000_000 }]);
    const kept = await subject.pool.query(
      'select max(length(path)) as longest, count(*) as count from quarantine',
    );
    expect(kept.rows).toEqual([{ longest: 2_048, count: 2 * bad.length + badTexts.length }]);
  });

  test('times from 1714 to 2255 are stored to the µs; others are in quarantine', async () => {
    await emptied();
    const good = [
      Date.UTC(1714, 11, 31) * 1_000,
      -1,
      0,
      1,
      noon + 1,
      noon - 1,
      Date.UTC(2038, 0, 19, 3, 14, 8) * 1_000,
      Date.UTC(2255, 0) * 1_000 + 1,
    ];
    const bad = [
      Date.UTC(2262, 3, 11, 23, 47, 16) * 1_000,
      // The largest int64 of ns, and what lies beyond it, in µs.
      (2 ** 63 - 1) / 1_000,
      2 ** 64 / 1_000,
      -(2 ** 63) / 1_000,
      Number.NaN,
      Infinity,
      -Infinity,
      0.5,
    ];
    const rowsOf = (times: readonly number[]) =>
      times.map((timeUs, at) => ({ ref: 0, timeUs, value: at }));
    const result = await send(subject, {
      introduces: [seriesDefinition(0, leaf, '/a/b', { kind: 'gauge' })],
      numbers: rowsOf([...good, ...bad]),
    });
    expect(result).toMatchObject({ rows: good.length, quarantined: bad.length });
    const { rows } = await subject.pool.query(
      `select (extract(epoch from time) * 1000000)::text as us from sample order by value`,
    );
    expect(rows.map(({ us }) => Number(us))).toEqual(good);
    const quarantined = await subject.pool.query(
      `select sum(count) as count from quarantine where reason = 'the time is none'`,
    );
    expect(quarantined.rows).toEqual([{ count: bad.length }]);
    // None of them stops the rollups, nor retention.
    await subject.engine.refreshRollups(noonMs);
  });

  test('an empty batch, one row many times, and rows nobody introduced', async () => {
    await emptied();
    expect(await send(subject, {})).toMatchObject({ outcome: 'stored', rows: 0, quarantined: 0 });
    const introduces = [
      seriesDefinition(0, leaf, '/a/b'),
      // Another ref for the same series.
      seriesDefinition(1, leaf, '/a/b'),
    ];
    const row = { timeUs: noon, value: 1 };
    expect(
      await send(subject, {
        introduces,
        numbers: [
          { ref: 0, ...row },
          { ref: 0, ...row },
          { ref: 1, ...row },
        ],
      }),
    ).toMatchObject({ rows: 3, quarantined: 0, newSeries: 1 });
    expect(
      await send(subject, {
        introduces,
        numbers: [
          { ref: 0, timeUs: noon + 1, value: 2 },
          { ref: 7, timeUs: noon + 1, value: 3 },
          { ref: 70_000, timeUs: noon + 1, value: Number.NaN },
        ],
        texts: [{ ref: 7, timeUs: noon, value: 'UP' }],
      }),
    ).toMatchObject({ rows: 1, quarantined: 3, newSeries: 0 });
    const { rows } = await subject.pool.query('select value from sample order by time, value');
    expect(rows.map(({ value }) => value as number)).toEqual([1, 1, 1, 2]);
    const refused = await subject.pool.query(
      'select path, reason, value from quarantine order by id',
    );
    const reason = 'no batch introduced its series';
    expect(refused.rows).toEqual([
      { path: 'ref 7', reason, value: '3' },
      { path: 'ref 70000', reason: 'not a finite number', value: 'NaN' },
      { path: 'ref 7', reason, value: 'UP' },
    ]);
  });

  test('whatever comes: rows in are rows stored and quarantined, and the stored ones are those sent', async () => {
    const runs = subject.engine.name === 'plain' ? 60 : 25;
    await fc.assert(
      fc.asyncProperty(arbitraryBatch, async (made) => {
        await emptied();
        const batch = numbered(made);
        const { numbers, texts } = batch;
        const result = await write(subject, batch);
        expect(result.rows + result.quarantined).toBe(numbers.series.length + texts.series.length);
        const stored = await subject.pool.query<Record<string, unknown>>(
          `select path, device_id, (extract(epoch from time) * 1000000)::text as us,
             float8send(sample.value)::text as bits, delta, span_ms,
             quality & 65535 as quality
           from sample join series on series.id = series_id`,
        );
        const storedTexts = await subject.pool.query<Record<string, unknown>>(
          `select path, device_id, (extract(epoch from time) * 1000000)::text as us, value
           from sample_text join series on series.id = series_id`,
        );
        const quarantine = await subject.pool.query<{ count: number | null }>(
          'select sum(count) as count from quarantine',
        );
        expect(stored.rows.length + storedTexts.rows.length).toBe(result.rows);
        expect(quarantine.rows[0]!.count ?? 0).toBe(result.quarantined);
        const sent = new Set(numberLines(batch));
        for (const row of stored.rows) expect(sent).toContain(numberLine(row));
        const sentTexts = new Set(textLines(batch));
        for (const row of storedTexts.rows) expect(sentTexts).toContain(textLine(row));
        const refusedNumbers = [...numbers.value].filter((value) => !Number.isFinite(value)).length;
        expect(result.quarantined).toBeGreaterThanOrEqual(refusedNumbers);
      }),
      { numRuns: runs, seed: 20_261_121 },
    );
  });
});

const line = (...parts: readonly unknown[]) => JSON.stringify(parts);

function numberLine(row: Record<string, unknown>): string {
  const { path, device_id, us, bits, delta, span_ms, quality } = row;
  return line(path, device_id, Number(us), bits, delta, span_ms, quality);
}

function numberLines({ introduces, numbers }: SampleBatch): string[] {
  return Array.from(numbers.series, (ref, row) => {
    const { path, deviceId } = introduces[ref]!;
    const bits = Buffer.alloc(8);
    bits.writeDoubleBE(numbers.value[row]!);
    const delta = numbers.delta[row]!;
    const span = numbers.spanMs[row]!;
    const quality = numbers.quality[row]!;
    return line(
      path,
      deviceId,
      numbers.timeUs[row],
      `\\x${bits.toString('hex')}`,
      Number.isNaN(delta) ? null : delta,
      span < 0 ? null : span,
      quality === 0 ? null : quality,
    );
  });
}

function textLine({ path, device_id, us, value }: Record<string, unknown>): string {
  return line(path, device_id, Number(us), value);
}

function textLines({ introduces, texts }: SampleBatch): string[] {
  return texts.value.map((value, row) => {
    const { path, deviceId } = introduces[texts.series[row]!]!;
    return line(path, deviceId, texts.timeUs[row], value);
  });
}
