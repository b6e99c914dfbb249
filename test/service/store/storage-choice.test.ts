import { describe, expect, test } from 'vitest';
import { migrate } from '../../../service/store/migrate.ts';
import { readSetting } from '../../../service/store/setting.ts';
import { openStorage, recordedEngine } from '../../../service/store/storage-choice.ts';
import {
  checkTimescale,
  decideStorage,
  type StorageFacts,
} from '../../../service/store/storage-decision.ts';
import { emptyDatabase, testDatabase } from '../../support/database.ts';
import { timescaleDatabase } from '../../support/timescale.ts';

const bare: StorageFacts = {
  version: null,
  available: false,
  community: false,
  plainTables: 'none',
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
    expect(() => decideStorage(bare, 'timescale')).toThrow(/does not offer the extension/);
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
    expect(await openStorage(db.pool, 'timescale')).toMatchObject({
      engine: { name: 'plain', rollupsBy: 'job' },
      told: null,
    });
    expect((await recordedEngine(db.pool)).name).toBe('plain');
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
