import { beforeAll, describe, expect, test } from 'vitest';
import { migrate } from '../../../../service/store/schema/migrate.ts';
import { readSetting } from '../../../../service/store/operating/setting.ts';
import {
  openStorage,
  readLateWish,
  recordedEngine,
} from '../../../../service/store/storage/storage-choice.ts';
import {
  checkNewTimescale,
  checkTimescale,
  decideStorage,
  lateWish,
  type StorageFacts,
  timescaleTrouble,
} from '../../../../service/store/storage/storage-decision.ts';
import { createPool } from '../../../../service/store/connection/pool.ts';
import { bareTemplate, createDatabase } from '../../../support/bare-database.ts';
import { emptyDatabase, testDatabase } from '../../../support/database.ts';
import { throwAwayServer } from '../../../support/throw-away-server.ts';
import { timescaleDatabase } from '../../../support/timescale.ts';

// The first one of a file takes long on a busy machine.
beforeAll(async () => (await timescaleDatabase())[Symbol.asyncDispose](), 120_000);

const bare: StorageFacts = {
  version: null,
  available: false,
  community: false,
  plainTables: 'none',
  server: 180_004,
};
const installed: StorageFacts = { ...bare, version: '2.29.1', available: true, community: true };

describe('choosing the storage engine', () => {
  test.each([
    ['nothing but PostgreSQL', bare, undefined, 'plain', 'job'],
    ['offered, not created', { ...bare, available: true }, undefined, 'plain', 'job'],
    ['created', installed, undefined, 'timescale', 'database'],
    ['created, Apache edition', { ...installed, community: false }, undefined, 'timescale', 'job'],
    ['created, but plain is wanted', installed, 'plain', 'plain', 'job'],
    ['data in plain tables', { ...installed, plainTables: 'filled' }, 'timescale', 'plain', 'job'],
    [
      'empty plain tables',
      { ...installed, plainTables: 'empty' },
      undefined,
      'timescale',
      'database',
    ],
  ] as const)('%s', (_case, facts, wanted, engine, rollupsBy) => {
    expect(decideStorage(facts, wanted).choice).toEqual({ engine, rollupsBy });
  });

  test('data in plain tables is named as the reason', () => {
    const { told } = decideStorage({ ...installed, plainTables: 'filled' });
    expect(told).toMatch(/stay in plain .* the tables hold data already/);
  });

  test('what is wanted and cannot be had stops the start', () => {
    expect(() => decideStorage(bare, 'timescale')).toThrow(
      /^NOCTURNE_STORAGE asks for timescale, but the server does not offer the extension: install it/,
    );
  });

  test.each([
    [
      'plain',
      'timescale',
      /TimescaleDB, which was settled .* set NOCTURNE_STORAGE to timescale or/,
    ],
    [
      'timescale',
      'plain',
      /plain PostgreSQL partitions, which .* set NOCTURNE_STORAGE to plain or/,
    ],
  ] as const)('a wish for %s that finds %s is told what to do', (wanted, engine, sentence) => {
    const late = lateWish({ engine, rollupsBy: 'job' }, wanted);
    expect(late).toMatch(new RegExp(`^NOCTURNE_STORAGE asks for ${wanted}, but this database`));
    expect(late).toMatch(sentence);
  });

  test('a wish that is fulfilled, or none, is no news', () => {
    expect(lateWish({ engine: 'plain', rollupsBy: 'job' }, 'plain')).toBeNull();
    expect(lateWish({ engine: 'timescale', rollupsBy: 'job' }, undefined)).toBeNull();
  });

  const check = (version: string) =>
    checkTimescale({ engine: 'timescale', rollupsBy: 'database' }, { ...installed, version });

  test.each(['2.18.0', '2.22.1', '2.23.0-dev', '2.29.0', '3.0.0'])(
    'TimescaleDB %s is used',
    (version) => {
      expect(() => check(version)).not.toThrow();
    },
  );

  test.each([
    ['2.17.2', 'too old'],
    ['2.9.3', 'too old'],
    ['2.22.0', 'leaves holes'],
  ])('TimescaleDB %s is refused', (version, problem) => {
    expect(() => check(version)).toThrow(problem);
  });

  const recorded = { engine: 'timescale', rollupsBy: 'database' } as const;

  test.each([
    ['2.28.3', 150_018],
    ['2.28.4', 150_020],
    ['2.29.2', 170_011],
    ['2.29.2', 160_000],
  ])('TimescaleDB %s on PostgreSQL %d is used', (version, server) => {
    const facts = { ...installed, version, server };
    expect(() => checkNewTimescale(recorded, facts)).not.toThrow();
    expect(timescaleTrouble(facts)).toBeNull();
  });

  test('a pair known to fail in the background is refused for a new database, and told of one that is there', () => {
    const facts = { ...installed, version: '2.28.3', server: 150_020 };
    const sentence =
      /^TimescaleDB 2\.28\.3 on PostgreSQL 15\.20 ends every job in the background with an error there .*: use PostgreSQL 15\.18, or 17\.11 with TimescaleDB 2\.29/;
    expect(() => checkNewTimescale(recorded, facts)).toThrow(sentence);
    expect(() => checkNewTimescale(recorded, facts)).toThrow(/, or set NOCTURNE_STORAGE to plain$/);
    expect(() => checkTimescale(recorded, facts)).not.toThrow();
    expect(timescaleTrouble(facts)).toMatch(sentence);
  });

  test('a pair that was never made for each other is refused in any case', () => {
    const facts = { ...installed, version: '2.29.0', server: 150_018 };
    expect(() => checkTimescale(recorded, facts)).toThrow(
      /^TimescaleDB 2\.29\.0 on PostgreSQL 15\.18 is not made for this PostgreSQL: use PostgreSQL 16, 17 or 18/,
    );
  });

  test('a recorded choice whose base is gone is refused, not replaced', () => {
    const choice = { engine: 'timescale', rollupsBy: 'database' } as const;
    expect(() => checkTimescale(choice, bare)).toThrow(/the extension is not there/);
    const apache = { ...installed, community: false };
    expect(() => checkTimescale(choice, apache)).toThrow(/need TimescaleDB's Community edition/);
  });
});

describe('recording it', () => {
  test('migrating records plain storage, and says so once', async () => {
    await using db = await emptyDatabase();
    const told: string[] = [];
    await migrate(db.url, { onStep: (step) => told.push(step) });
    expect(told.at(-1)).toBe('samples are kept in plain PostgreSQL partitions');
    const late = await openStorage(db.pool, 'timescale');
    expect(late.engine).toMatchObject({ name: 'plain', rollupsBy: 'job' });
    expect(late.told).toMatch(/^NOCTURNE_STORAGE asks for timescale, but this database keeps/);
    expect(await readLateWish(db.pool, 'timescale')).toBe(late.told);
    expect(await openStorage(db.pool, 'plain')).toMatchObject({ told: null });
    expect(await openStorage(db.pool)).toMatchObject({ told: null });
    expect((await recordedEngine(db.pool)).name).toBe('plain');
  });

  test('TimescaleDB that cannot be had stops the migration, and nothing is settled', async () => {
    // npm's PostgreSQL has none, whatever the server has that the other tests are run on.
    await using server = await throwAwayServer({}, '');
    await createDatabase(server.adminUrl, 'without', bareTemplate);
    const url = new URL(server.adminUrl);
    url.pathname = '/without';
    await using pool = createPool(url.href, { applicationName: 'test', size: 2 });
    await expect(migrate(url.href, { storage: 'timescale' })).rejects.toThrow(
      /does not offer the extension: install it, or set NOCTURNE_STORAGE to plain or auto$/,
    );
    expect(await readSetting(pool, 'storage')).toBeUndefined();
    await migrate(url.href, { storage: 'plain' });
    expect((await recordedEngine(pool)).name).toBe('plain');
  });

  test('timescale: an extension that may not be created says what to do', async () => {
    await using db = await timescaleDatabase();
    await db.pool.query('drop extension timescaledb cascade');
    await db.pool.query('create role collector');
    await db.pool.query('grant all on schema public to collector');
    await db.pool.query('grant all on all tables in schema public to collector');
    await db.pool.query('set role collector');
    await expect(openStorage(db.pool, 'timescale')).rejects.toThrow(
      /^NOCTURNE_STORAGE asks for timescale, but the extension cannot be created \(permission denied/,
    );
    await db.pool.query('reset role');
  });

  test('timescale: plain is kept to where it was wanted at first', async () => {
    await using db = await timescaleDatabase();
    expect((await openStorage(db.pool, 'plain')).engine.name).toBe('plain');
    const late = await openStorage(db.pool, 'timescale');
    expect(late).toMatchObject({ engine: { name: 'plain' } });
    expect(late.told).toMatch(/^NOCTURNE_STORAGE asks for timescale/);
  });

  test('two programs that choose at once choose the same', async () => {
    await using db = await testDatabase();
    await db.pool.query(`delete from setting where key = 'storage'`);
    await expect(recordedEngine(db.pool)).rejects.toThrow('run "nocturne migrate"');
    const opened = await Promise.all([openStorage(db.pool), openStorage(db.pool)]);
    expect(opened.map(({ engine }) => engine.name)).toEqual(['plain', 'plain']);
    expect(opened.filter(({ told }) => told !== null)).toHaveLength(1);
  });

  test('timescale: where the extension was created, batches leave no marks', async () => {
    await using db = await timescaleDatabase();
    const { engine, told } = await openStorage(db.pool);
    expect(engine).toMatchObject({ name: 'timescale', rollupsBy: 'database' });
    expect(told).toMatch(/^samples are kept in TimescaleDB 2\.\d+\.\S+, Community edition$/);
    expect(await readSetting(db.pool, 'storage')).toEqual({
      engine: 'timescale',
      rollupsBy: 'database',
    });
  });
});
