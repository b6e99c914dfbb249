import { expect, test } from 'vitest';
import { benchWriter } from '../../../bench/store/store-writer-bench.ts';
import { createPool } from '../../../service/store/connection/pool.ts';
import { testDatabase } from '../../support/database.ts';

test('the writing bench stores every row and gives a figure for each contestant', async () => {
  await using db = await testDatabase();
  await using admin = createPool(db.pool.databaseUrl, { applicationName: 'bench test' });
  const figures = await benchWriter({
    pool: db.pool,
    admin,
    series: 3_000,
    roundsBefore: 3,
    roundsARun: 8,
    runs: 1,
    progress: () => {},
    signal: new AbortController().signal,
  });
  expect(figures.map(({ contestant }) => contestant)).toEqual([
    'bare COPY, 10,000 rows each',
    'bare COPY, 100,000 rows each',
    'bare COPY, 1,000,000 rows each',
    'one writer',
    'two writers',
  ]);
  for (const { rowsPerSecond, ofBareCopy } of figures) {
    expect(rowsPerSecond).toBeGreaterThan(0);
    expect(ofBareCopy).toBeGreaterThan(0);
  }
  const { rows } = await db.pool.query(
    `select count(*) as samples, (select count(*) from series_last) as newest from sample`,
  );
  expect(rows).toEqual([{ samples: 3_000 * (3 + 5 * 2 * 8), newest: 3_000 }]);
});

test('the writing bench ends with its signal, in the midst of a statement', async () => {
  await using db = await testDatabase();
  await using admin = createPool(db.pool.databaseUrl, { applicationName: 'bench test' });
  const stop = new AbortController();
  const lines: string[] = [];
  const bench = benchWriter({
    pool: db.pool,
    admin,
    series: 5_000,
    roundsBefore: 60,
    roundsARun: 50,
    runs: 20,
    progress: (line) => {
      lines.push(line);
      if (line === 'making the index') setImmediate(() => stop.abort(new Error('stopped')));
    },
    signal: stop.signal,
  });
  await expect(bench).rejects.toThrow('stopped');
  expect(lines.at(-1)).toBe('making the index');
});
