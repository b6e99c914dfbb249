/**
 * Databases as programs of every schema version left them (test/fixtures/schema), brought up to this one's: nothing is
 * lost, and a working day goes by on them. A new version needs its file there, made by make-schema-fixture.ts, and
 * nothing here.
 */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { createQueryRouter } from '../../../../service/query/query-router.ts';
import { createStoreSource } from '../../../../service/query/store-source.ts';
import { findBrokenAudit } from '../../../../service/store/people/audit.ts';
import { loadTargets } from '../../../../service/store/inventory/inventory.ts';
import {
  migrate,
  programSchemaVersion,
  readSchemaVersion,
} from '../../../../service/store/schema/migrate.ts';
import { SecretBox } from '../../../../service/store/secret/sealed-secret.ts';
import { parseMasterKeys } from '../../../../service/store/secret/master-key.ts';
import { recordedEngine } from '../../../../service/store/storage/storage-choice.ts';
import type { TestDatabase } from '../../../support/database.ts';
import { oldDatabase } from '../../../support/old-database.ts';
import { findBrokenHistory, workADay } from '../../../support/program-work.ts';
import { fixtureFile, fixtureKeys } from '../../../support/schema-fixture.ts';
import { differences, readTables } from '../../../support/table-rows.ts';

const kept = await readdir(path.dirname(fixtureFile(1)));
const isKept = (version: number) => kept.includes(path.basename(fixtureFile(version)));
const all = Array.from({ length: programSchemaVersion }, (_, index) => index + 1);
const versions = all.filter(isKept);
/** A migration adds its rows; the engine records what it is. */
const growth = /^(schema_version|schema_migration|setting) gained /;
const dayMs = 86_400_000;
const noonMs = Math.floor(Date.now() / dayMs) * dayMs - dayMs / 2;
const inOctets = '/interfaces/interface/state/counters/in-octets';

async function upgraded(version: number): Promise<TestDatabase> {
  const db = await oldDatabase(version);
  await migrate(db.url);
  return db;
}

test('there is a database of every version, with rows in all of its tables', async () => {
  const missing = all.filter((version) => !isKept(version));
  expect(
    missing.map(
      (version) =>
        `${fixtureFile(version)} is missing: make it with test/support/make-schema-fixture.ts`,
    ),
  ).toEqual([]);
  for (const version of versions) {
    await using db = await oldDatabase(version);
    expect(await readSchemaVersion(db.pool)).toMatchObject({ version });
    const tables = [...(await readTables(db.pool))];
    expect(tables.filter(([, { rows }]) => rows.length === 0).map(([name]) => name)).toEqual([]);
  }
});

describe.each(versions)('a database of schema version %i', (version) => {
  test('keeps every row of every table', async () => {
    await using db = await oldDatabase(version);
    const before = await readTables(db.pool);
    expect(await migrate(db.url)).toHaveLength(programSchemaVersion - version);
    const changed = differences(before, await readTables(db.pool, before));
    expect(changed.filter((one) => !growth.test(one))).toEqual([]);
    expect(await migrate(db.url)).toEqual([]);
  });

  test('has whole history and audit, and opens its secrets', async () => {
    await using db = await upgraded(version);
    expect(await findBrokenHistory(db)).toEqual([]);
    expect(await findBrokenAudit(db.pool)).toBeNull();
    const secrets = new SecretBox(parseMasterKeys(fixtureKeys, 'the fixture'));
    const { targets } = await loadTargets(db.pool, secrets);
    expect(targets.map(({ endpoint }) => endpoint.password)).toEqual(['hunter2', 'hunter2']);
  });

  test('shows the old samples in panels, and rolls them up', async () => {
    await using db = await upgraded(version);
    const { rows } = await db.pool.query<{ first: number; last: number; grown: number }>(
      `select min(time) as first, max(time) as last, sum(delta) as grown
       from sample join series on series.id = series_id where metric = $1`,
      [inOctets],
    );
    const { first, last, grown } = rows[0]!;
    expect(grown).toBeGreaterThan(0);
    expect(await increaseShown(db, first, last)).toBeCloseTo(grown, 3);
    const engine = await recordedEngine(db.pool);
    await engine.prepare(last);
    await engine.refreshRollups(last + 2 * dayMs);
    expect(await findUnrolled(db)).toEqual([]);
  });

  test('serves a working day', async () => {
    await using db = await upgraded(version);
    await expect(workADay(db, noonMs)).resolves.toBeUndefined();
  });
});

/** What a panel adds up to that was looked at just after the last sample. */
async function increaseShown(db: TestDatabase, first: number, last: number): Promise<number> {
  const clock = { nowMs: () => last };
  const panels = createQueryRouter({ store: createStoreSource(db.pool) }, clock);
  const query = {
    selectors: [{ path: inOctets, devices: ['leaf-01'] }],
    function: 'increase' as const,
    fromMs: Math.floor(first / 60_000) * 60_000,
    toMs: Math.ceil(last / 60_000) * 60_000,
    widthPx: 1_000,
  };
  const { series } = await panels.run(query, new AbortController().signal);
  return series.flatMap(({ values }) => values).reduce<number>((sum, one) => sum + (one ?? 0), 0);
}

/** Series whose days do not say what their samples say. */
async function findUnrolled(db: TestDatabase): Promise<unknown[]> {
  const { rows } = await db.pool.query(
    `select series_id, raw.count, day.count as rolled
     from (select series_id, count(*), sum(delta) as increase from sample group by 1) as raw
     full join (select series_id, sum(count) as count, sum(increase) as increase from sample_1d group by 1)
       as day using (series_id)
     where raw.count is distinct from day.count or raw.increase is distinct from day.increase`,
  );
  return rows;
}
