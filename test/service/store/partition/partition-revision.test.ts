import type { Pool } from 'pg';
import { describe, expect, test } from 'vitest';
import type { PartitionMinutes } from '../../../../core/contract/system.ts';
import { createPlainEngine } from '../../../../service/store/storage/engine-plain.ts';
import { createTimescaleEngine } from '../../../../service/store/storage/engine-timescale.ts';
import { writeFixedMinutes } from '../../../../service/store/partition/partition-length-setting.ts';
import {
  readRetention,
  writeRetention,
} from '../../../../service/store/storage/retention-settings.ts';
import { openStorage } from '../../../../service/store/storage/storage-choice.ts';
import type { StorageEngine } from '../../../../service/store/storage/storage-engine.ts';
import { readWriteLoad } from '../../../../service/store/partition/write-load.ts';
import { testDatabase } from '../../../support/database.ts';
import { timescaleDatabase } from '../../../support/timescale.ts';

const noon = Date.UTC(2026, 10, 21, 12);
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

interface Subject extends AsyncDisposable {
  readonly pool: Pool;
  readonly engine: StorageEngine;
}

async function plain(): Promise<Subject> {
  const db = await testDatabase();
  return {
    pool: db.pool,
    engine: createPlainEngine(db.pool),
    [Symbol.asyncDispose]: () => db[Symbol.asyncDispose](),
  };
}

async function timescale(): Promise<Subject> {
  const { pool, ...db } = await timescaleDatabase();
  const { engine } = await openStorage(pool);
  return { pool, engine, [Symbol.asyncDispose]: () => db[Symbol.asyncDispose]() };
}

async function apache(): Promise<Subject> {
  const { pool, ...db } = await timescaleDatabase();
  const engine = createTimescaleEngine(pool, 'apache');
  await engine.createStorage();
  return { pool, engine, [Symbol.asyncDispose]: () => db[Symbol.asyncDispose]() };
}

const engines: readonly (readonly [string, () => Promise<Subject>])[] = [
  ['plain', plain],
  ['timescale', timescale],
  ['timescale, Apache edition', apache],
];

let batches = 0;

/** A ledger as if batches had come at this rate for the last minutes before `nowMs`. */
async function stored(pool: Pool, rowsPerSecond: number, nowMs: number, minutes = 60) {
  const each = Array.from({ length: minutes }, (_, place) => minutes - place);
  await storedAt(pool, rowsPerSecond * 60, nowMs, each);
}

/** A ledger with one batch so many minutes before `nowMs` each, and nothing else. */
async function storedAt(pool: Pool, rows: number, nowMs: number, minutesBefore: number[]) {
  await pool.query('delete from ingest_batch');
  for (const minute of minutesBefore) {
    batches += 1;
    await pool.query(
      `insert into ingest_batch (node, incarnation, worker, sequence, rows, stored_at)
       values ('test', 1, 0, $1, $2, $3)`,
      [batches, rows, new Date(nowMs - minute * minuteMs)],
    );
  }
}

/** Rows a second whose indexes fill the quarter of memory in that time, by the 40 bytes a row that are assumed. */
async function rateThatFills(pool: Pool, lengthMs: number): Promise<number> {
  const { memoryBytes } = await readWriteLoad(pool, noon);
  return Math.floor(memoryBytes / 4 / 40 / (lengthMs / 1_000));
}

interface Piece {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Of samples, by their beginnings. */
async function piecesOf({ pool, engine }: Subject): Promise<Piece[]> {
  const { rows } = await pool.query<Piece>(
    engine.name === 'timescale'
      ? `select range_start as "fromMs", range_end as "toMs"
         from timescaledb_information.chunks where hypertable_name = 'sample' order by 1`
      : `select * from (
           select substring(bound from 'FROM \\(''([^'']+)')::timestamptz as "fromMs",
             substring(bound from 'TO \\(''([^'']+)')::timestamptz as "toMs"
           from pg_inherits join pg_class child on child.oid = inhrelid,
             pg_get_expr(relpartbound, child.oid) as bound
           where inhparent = 'sample'::regclass and bound <> 'DEFAULT') as piece order by 1`,
  );
  return rows;
}

function lengthsWithoutOverlap(pieces: readonly Piece[]): number[] {
  for (const [at, { fromMs }] of pieces.slice(1).entries()) {
    expect(fromMs).toBeGreaterThanOrEqual(pieces[at]!.toMs);
  }
  return pieces.map(({ fromMs, toMs }) => toMs - fromMs);
}

describe.each(engines)('the length of partitions: %s', (_name, open) => {
  test('follows the measured rate, is told, and comes to rest', async () => {
    await using subject = await open();
    const { pool, engine } = subject;
    await writeRetention(pool, { retention: { rawDays: 7 }, actor: 'ada' });
    await engine.prepare(noon);
    const { lengthMs: first } = await engine.partitionLength();
    await stored(pool, await rateThatFills(pool, 45 * minuteMs), noon);
    const change = await engine.revisePartitionLength(noon);
    expect(change).toMatchObject({ fromMs: first, toMs: 30 * minuteMs });
    expect(change!.told).toMatch(
      /^partitions of samples are 30 min long from now on, before (24|2) h: [\d,]+ rows\/s make indexes of [\d,]+ MiB each, and a quarter of the server's memory is [\d,]+ MiB$/,
    );
    expect(await engine.partitionLength()).toEqual({ lengthMs: 30 * minuteMs, chosenBy: 'rate' });
    expect(await engine.revisePartitionLength(noon)).toBeNull();
    // A night without devices: one step, a day later, and no more before the next day.
    await stored(pool, 1, noon + dayMs);
    expect(await engine.revisePartitionLength(noon + dayMs)).toMatchObject({ toMs: hourMs });
    expect(await engine.revisePartitionLength(noon + dayMs)).toBeNull();
  });

  test('stays while little was measured', async () => {
    await using subject = await open();
    const { pool, engine } = subject;
    await writeRetention(pool, { retention: { rawDays: 18 }, actor: 'ada' });
    expect(await engine.revisePartitionLength(noon)).toBeNull();
    await stored(pool, 1e6, noon, 9);
    expect(await engine.revisePartitionLength(noon)).toBeNull();
    await stored(pool, 1e6, noon, 10);
    expect((await readWriteLoad(pool, noon)).rowsPerSecond).toBe(1e6);
    expect(await engine.revisePartitionLength(noon)).toMatchObject({ toMs: hourMs });
    // They stood still half an hour, which says nothing about what comes when they go on.
    expect((await readWriteLoad(pool, noon + 30 * minuteMs)).rowsPerSecond).toBe(1e6);
  });

  test('is what an admin sets, whatever the rate, until they leave it to the rate', async () => {
    await using subject = await open();
    const { pool, engine } = subject;
    await writeRetention(pool, { retention: { rawDays: 18 }, actor: 'ada' });
    const fix = (minutes: PartitionMinutes | null) =>
      writeFixedMinutes(pool, { minutes, actor: 'ada' });
    await stored(pool, await rateThatFills(pool, 90 * minuteMs), noon);
    await fix(480);
    expect(await engine.revisePartitionLength(noon)).toMatchObject({
      toMs: 8 * hourMs,
      told: expect.stringMatching(/an admin has set it so$/) as string,
    });
    expect(await engine.revisePartitionLength(noon)).toBeNull();
    expect(await engine.partitionLength()).toEqual({ lengthMs: 8 * hourMs, chosenBy: 'admin' });
    await fix(null);
    expect(await engine.revisePartitionLength(noon)).toMatchObject({ toMs: hourMs });
  });

  test('is longer where raw retention asks for it, and says so', async () => {
    await using subject = await open();
    const { pool, engine } = subject;
    const keep = (rawDays: number) =>
      writeRetention(pool, { retention: { rawDays }, actor: 'ada' });
    const told = async () => (await engine.revisePartitionLength(noon))?.told;
    const why = (days: number) =>
      `raw samples are kept for ${days} days, for which shorter ones would be more than 500`;
    await keep(3);
    await writeFixedMinutes(pool, { minutes: 15, actor: 'ada' });
    expect(await told()).toMatch(/^partitions of samples are 15 min .* an admin has set it so$/);
    // Set in the database itself: the operation would refuse it.
    await keep(8);
    expect(await told()).toBe(
      `partitions of samples are 30 min long from now on, before 15 min: ${why(8)}`,
    );
    await writeFixedMinutes(pool, { minutes: null, actor: 'ada' });
    await keep(18);
    expect(await told()).toBe(
      `partitions of samples are 1 h long from now on, before 30 min: ${why(18)}`,
    );
    await writeFixedMinutes(pool, { minutes: 720, actor: 'ada' });
    await told();
    await writeFixedMinutes(pool, { minutes: null, actor: 'ada' });
    await stored(pool, await rateThatFills(pool, 45 * minuteMs), noon);
    expect(await told()).toMatch(
      /^partitions of samples are 1 h long from now on, before 12 h: [\d,]+ rows\/s make .* MiB; raw samples are kept for 18 days, for which/,
    );
  });

  test('changes only what is made from now on; borders never overlap, and every row has its place', async () => {
    await using subject = await open();
    const { pool, engine } = subject;
    await writeRetention(pool, { retention: { rawDays: 7 }, actor: 'ada' });
    const fix = async (minutes: PartitionMinutes, nowMs: number) => {
      await writeFixedMinutes(pool, { minutes, actor: 'ada' });
      await engine.revisePartitionLength(nowMs);
      await engine.prepare(nowMs);
    };
    await engine.prepare(noon);
    const before = await piecesOf(subject);
    await fix(30, noon + 4 * dayMs);
    await fix(1_440, noon + 4 * dayMs + 3 * hourMs);
    await fix(120, noon + 8 * dayMs + 5 * hourMs);
    await fix(1_440, noon + 9 * dayMs);
    const pieces = await piecesOf(subject);
    expect(pieces).toEqual(expect.arrayContaining(before));
    const lengths = new Set(lengthsWithoutOverlap(pieces));
    expect(lengths).toContain(30 * minuteMs);
    expect(lengths).toContain(2 * hourMs);
    for (const length of lengths) expect(length).toBeLessThanOrEqual(dayMs);

    // Rows of any time, late ones included, are stored, and lie where their time says.
    await pool.query(
      `insert into sample (time, series_id, value)
       select $1::timestamptz + step * interval '7 minutes', 1, step from generate_series(0, 1999) as step`,
      [new Date(noon - dayMs)],
    );
    const { rows } = await pool.query('select count(*)::int as count from sample');
    expect(rows).toEqual([{ count: 2_000 }]);
    lengthsWithoutOverlap(await piecesOf(subject));
    expect(await engine.prepare(noon + 9 * dayMs)).toEqual([]);

    // Retention finds partitions of every length.
    const retention = { ...(await readRetention(pool)), rawDays: 2 };
    const endMs = noon + 15 * dayMs;
    await engine.dropOld(endMs, retention);
    const left = await pool.query<{ oldest: number | null }>(
      'select min(time) as oldest from sample',
    );
    expect(left.rows[0]!.oldest).toBeNull();
    for (const { toMs } of await piecesOf(subject))
      expect(toMs).toBeGreaterThan(endMs - 2.5 * dayMs);
  });
});

describe('timescale', () => {
  test('a length set on the hypertable itself is left alone', async () => {
    await using subject = await timescale();
    const { pool, engine } = subject;
    await stored(pool, 1e6, noon);
    await pool.query(`select set_chunk_time_interval('sample', interval '3 hours')`);
    expect(await engine.revisePartitionLength(noon)).toBeNull();
    expect(await engine.partitionLength()).toEqual({
      lengthMs: 3 * hourMs,
      chosenBy: 'database',
    });
    await engine.createStorage();
    expect(await engine.partitionLength()).toMatchObject({ lengthMs: 3 * hourMs });
    await writeFixedMinutes(pool, { minutes: 120, actor: 'ada' });
    expect(await engine.revisePartitionLength(noon)).toMatchObject({ toMs: 2 * hourMs });
  });

  test('short chunks are opened two hours ahead, and texts keep their length when old ones go', async () => {
    await using subject = await timescale();
    const { pool, engine } = subject;
    await writeRetention(pool, { retention: { rawDays: 3 }, actor: 'ada' });
    await writeFixedMinutes(pool, { minutes: 15, actor: 'ada' });
    await engine.revisePartitionLength(noon);
    const opened = await engine.prepare(noon + 1);
    expect((await piecesOf(subject)).at(-1)!.toMs).toBe(noon + 2 * hourMs + 15 * minuteMs);
    expect(opened.length).toBeGreaterThanOrEqual(18);
    await pool.query(`insert into sample_text (time, series_id, value) values ($1, 1, 'UP')`, [
      new Date(noon - 50 * dayMs),
    ]);
    await engine.dropOld(noon, await readRetention(pool));
    const { rows } = await pool.query(
      `select time_interval::text as length from timescaledb_information.dimensions
       where hypertable_name in ('sample', 'sample_text')`,
    );
    expect(rows).toEqual([{ length: '00:15:00' }, { length: '00:15:00' }]);
  });
});

describe('the rate', () => {
  const every = (minutes: number) =>
    Array.from({ length: 60 / minutes }, (_, at) => at * minutes + 1);

  test.each([
    ['of devices that send every 5 minutes', every(5), 214],
    ['every 15 minutes', every(15), 87],
    [
      'without the half hour in which they stood still',
      [...every(1).slice(0, 10), ...every(1).slice(40)],
      1_000,
    ],
    ['is not known from a batch now and then', every(20), null],
    ['nor from one burst', [30], null],
    ['nor where nothing came', [], null],
  ])('%s', async (_name, minutesBefore, expected) => {
    await using subject = await plain();
    // A batch a minute were 1,000 rows/s.
    await storedAt(subject.pool, 60_000, noon, minutesBefore);
    const { rowsPerSecond } = await readWriteLoad(subject.pool, noon);
    expect(rowsPerSecond === null ? null : Math.round(rowsPerSecond)).toBe(expected);
  });
});

test('the index bytes of a row are measured where partitions hold enough of them', async () => {
  await using subject = await plain();
  const { pool, engine } = subject;
  await engine.prepare(noon);
  expect((await readWriteLoad(pool, noon)).indexBytesPerRow).toBe(40);
  await pool.query(
    `insert into sample (time, series_id, value)
     select $1::timestamptz + step * interval '1 ms', step % 100, step from generate_series(1, 120000) as step`,
    [new Date(noon)],
  );
  await pool.query('analyze sample');
  const { rows } = await pool.query<{ bytes: number }>(
    `select pg_indexes_size('sample_p20261121')::float8 / 120000 as bytes`,
  );
  const { indexBytesPerRow } = await readWriteLoad(pool, noon);
  expect(indexBytesPerRow).toBeCloseTo(rows[0]!.bytes, 0);
  expect(indexBytesPerRow).toBeGreaterThan(20);
  expect(indexBytesPerRow).toBeLessThan(100);
});
