import { randomBytes } from 'node:crypto';
import { describe, expect, inject, test } from 'vitest';
import type { SeriesPoints } from '../../../core/contract/query.ts';
import type { SeriesId } from '../../../core/id.ts';
import { bytesOf, checkRoom } from '../../../bench/store/bench-databases.ts';
import type { NaiveRow } from '../../../bench/store/naive-queries.ts';
import { percentile } from '../../../bench/percentile.ts';
import { disagreement } from '../../../bench/store/query-agreement.ts';
import { rowsOf, stretchesOf } from '../../../bench/store/query-dataset.ts';
import { benchReading, shapesOf } from '../../../bench/store/store-reading-bench.ts';
import { createPool } from '../../../service/store/connection/pool.ts';

const never = new AbortController().signal;

describe('percentile', () => {
  test.each([
    [[5, 1, 4, 2, 3], 95, 5],
    [[5, 1, 4, 2, 3], 50, 3],
    [Array.from({ length: 25 }, (_, at) => at + 1), 95, 24],
    [[7], 0, 7],
    [[], 95, Number.NaN],
  ])('of %j at %d is %d', (values, percent, expected) => {
    expect(percentile(values, percent)).toBe(expected);
  });
});

describe('the data set', () => {
  const [small, large] = shapesOf(5_000, 30);

  test('is ten times as large at a tenth of the interval', () => {
    expect(rowsOf(small!)).toBe(7_005_600);
    expect(rowsOf(large!)).toBe(70_056_000);
  });

  test('has every day of the first device, the newest day of all', () => {
    expect(stretchesOf(large!)).toEqual([
      { series: 100, firstStep: 0, endStep: 250_560 },
      { series: 5_000, firstStep: 250_560, endStep: 259_560 },
    ]);
  });

  test('of one day has no older part', () => {
    const [older] = stretchesOf({ series: 50, days: 1, intervalMs: 10_000 });
    expect(older).toMatchObject({ firstStep: 0, endStep: 0 });
  });

  test('that does not fit is refused in one sentence', async () => {
    await expect(checkRoom('/', bytesOf(shapesOf(5_000, 30)) * 1e9)).rejects.toThrow(
      /^the bench needs about \d+\.\d GB in \/, where \d+\.\d GB are free: make room, set TMPDIR, or ask for fewer --series or --days$/,
    );
  });
});

describe('answers agree', () => {
  const points = (id: number, values: (number | null)[]) =>
    ({ series: { id: id as SeriesId }, values }) as SeriesPoints;
  const row = (id: number, least: number, most: number, increase: number): NaiveRow => ({
    seriesId: id as SeriesId,
    mean: null,
    least,
    most,
    increase,
  });
  const right = {
    rates: { series: [points(1, [2, null, 9]), points(2, [1, 1])] },
    increases: { series: [points(1, [30, 12]), points(2, [7])] },
    naive: [row(1, 2, 5, 30), row(1, 4, 9, 12), row(2, 1, 1, 7 + 1e-12)],
  };

  test('where series, extremes and increases are the same', () => {
    expect(disagreement(right)).toBeNull();
  });

  test.each([
    ['a series is missing', { ...right, rates: { series: [points(1, [2, 9])] } }, /1 series/],
    [
      'a peak is lost',
      { ...right, rates: { series: [points(1, [2, 8]), points(2, [1])] } },
      /most/,
    ],
    [
      'a dip is lost',
      { ...right, rates: { series: [points(1, [3, 9]), points(2, [1])] } },
      /least/,
    ],
    [
      'an increase is counted twice',
      { ...right, increases: { series: [points(1, [42, 42]), points(2, [7])] } },
      /increase of series 1: we answer 84, the naive query 42/,
    ],
    [
      'there is nothing',
      { rates: { series: [] }, increases: { series: [] }, naive: [] },
      /nothing/,
    ],
  ])('not where %s', (_what, answers, problem) => {
    expect(disagreement(answers)).toMatch(problem);
  });
});

test('a small run reports every figure, from answers that agree, and leaves nothing behind', async () => {
  const { adminUrl } = inject('databaseServer');
  const tag = randomBytes(3).toString('hex');
  const shapes = [
    { name: `${tag}a`, series: 100, days: 2, intervalMs: 600_000 },
    { name: `${tag}b`, series: 100, days: 2, intervalMs: 60_000 },
  ];
  const told: string[] = [];
  const figures = await benchReading({
    server: { adminUrl, ownerUrl: adminUrl },
    shapes,
    runs: 1,
    pgliteSeries: 20,
    progress: (line) => void told.push(line),
    signal: never,
  });

  expect(figures.databases.map(({ samples }) => samples)).toEqual(shapes.map(rowsOf));
  expect(figures.queries.map(({ query, database }) => `${query}, ${database}`)).toEqual(
    shapes.flatMap(({ name }) => [
      `1 h of 10 series, ${name}`,
      `24 h of 2 series, ${name}`,
      `2 d of 2 series, ${name}`,
      `top 10 of 100 series, 24 h, ${name}`,
    ]),
  );
  for (const { ours, naive, ratio, ofFirst } of figures.queries) {
    for (const figure of [ours.p50Ms, ours.p95Ms, naive.p50Ms, naive.p95Ms, ratio, ofFirst]) {
      expect(figure).toBeGreaterThan(0);
    }
    expect(ours.runs).toBe(5);
  }
  expect(figures.notMeasured).toEqual([]);
  const [plain, rows, columnstore] = figures.sizes;
  expect(plain!.storage).toMatch(/^plain PostgreSQL \d/);
  expect(plain!.rollups.map(({ table }) => table)).toEqual(['sample_1m', 'sample_1h', 'sample_1d']);
  expect(rows!.storage).toMatch(/^TimescaleDB .* in PGlite$/);
  expect(columnstore!.storage).toBe(`${rows!.storage}, columnstore`);
  expect(columnstore!.bytesPerSample).toBeLessThan(rows!.bytesPerSample / 3);
  expect(told.some((line) => line.startsWith('run 1: '))).toBe(true);

  await using admin = createPool(adminUrl, { applicationName: 'test', size: 1 });
  const { rows: left } = await admin.query(
    'select from pg_database where strpos(datname, $1) > 0',
    [`_${tag}`],
  );
  expect(left).toEqual([]);
}, 120_000);
