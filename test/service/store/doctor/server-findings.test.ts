import { expect, test } from 'vitest';
import type { JudgedFacts } from '../../../../service/store/doctor/finding.ts';
import { readServerFacts } from '../../../../service/store/doctor/server-facts.ts';
import { judgeServer } from '../../../../service/store/doctor/server-findings.ts';
import { testDatabase } from '../../../support/database.ts';

const well: JudgedFacts = {
  versionNumber: 180_004,
  maxConnections: 100,
  fsync: true,
  synchronousCommit: 'on',
  sharedPreloadLibraries: 'pg_stat_statements, timescaledb',
  maxWorkerProcesses: 32,
  timescaleWorkers: 16,
  sharedBuffersBytes: 4 * 2 ** 30,
  cacheBytes: 12 * 2 ** 30,
  maxWalBytes: 8 * 2 ** 30,
  checkpointTimeoutMs: 900_000,
  walCompression: 'lz4',
  offersLz4: true,
  fromCommandLine: [],
  inRecovery: false,
  nowMs: 1_000_000,
  ownNowMs: 1_000_020,
  databaseBytes: 2 ** 31,
  freeBytes: 2 ** 36,
  memoryBytes: 2 ** 34,
  engine: 'timescale',
};

test('a server that is well has nothing but good findings', () => {
  const findings = judgeServer(well);
  expect(findings.filter(({ level }) => level !== 'ok')).toEqual([]);
  expect(findings.map(({ text }) => text)).toContain('the server is 20 ms behind');
});

test.each<[string, Partial<JudgedFacts>, string]>([
  ['version', { versionNumber: 140_011 }, 'problem'],
  ['version', { versionNumber: 190_000 }, 'warning'],
  ['connections', { maxConnections: 20 }, 'warning'],
  ['durability', { fsync: false }, 'problem'],
  ['durability', { synchronousCommit: 'off' }, 'warning'],
  ['clock', { ownNowMs: 998_000 }, 'warning'],
  ['role', { inRecovery: true }, 'problem'],
  ['disk', { freeBytes: 2 ** 30 }, 'problem'],
  ['preload', { sharedPreloadLibraries: '' }, 'problem'],
  ['workers', { maxWorkerProcesses: 8 }, 'warning'],
])('%s is judged: %o', (about, change, level) => {
  const bad = judgeServer({ ...well, ...change }).filter((finding) => finding.level !== 'ok');
  expect(bad).toMatchObject([{ about, level }]);
  expect(bad[0]!.text).toMatch(/: .{10,}/);
});

const byHand = { fromCommandLine: ['max_wal_size'] };

test.each<[string, Partial<JudgedFacts>, RegExp]>([
  [
    'a quarter of the memory',
    { sharedBuffersBytes: 2 ** 27 },
    /^shared_buffers 128 MiB of 16 GiB memory: .* alter system set shared_buffers = '4GB'; and restart the server$/,
  ],
  ['not most of it', { sharedBuffersBytes: 2 ** 33 }, /set shared_buffers = '4GB'/],
  [
    'elsewhere more than the default',
    { memoryBytes: null, sharedBuffersBytes: 2 ** 27 },
    /^shared_buffers 128 MiB: .* set shared_buffers = '1024MB'/,
  ],
  [
    'what is there for caches',
    { cacheBytes: 2 ** 32 },
    /set effective_cache_size = '12GB'; then: select pg_reload_conf\(\);$/,
  ],
  ['no more than there is', { cacheBytes: 2 ** 35 }, /set effective_cache_size = '12GB'/],
  [
    'room for the log',
    { maxWalBytes: 2 ** 30 },
    /^max_wal_size 1 GiB: .* set max_wal_size = '8GB'/,
  ],
  ['as the disk allows', { maxWalBytes: 2 ** 30, freeBytes: 2 ** 34 }, /set max_wal_size = '4GB'/],
  [
    'where it is given',
    { maxWalBytes: 2 ** 30, ...byHand },
    /command line gives it, so set max_wal_size=8GB there$/,
  ],
  [
    'rare checkpoints',
    { checkpointTimeoutMs: 300_000 },
    /^checkpoint_timeout 5 min: .* set checkpoint_timeout = '15min'/,
  ],
  ['small pages in the log', { walCompression: 'off' }, /set wal_compression = 'lz4'/],
  [
    'as the server was built',
    { walCompression: 'off', offersLz4: false },
    /set wal_compression = 'on'/,
  ],
])('writing wants %s: %o', (_what, change, text) => {
  const findings = judgeServer({ ...well, ...change }).filter(({ level }) => level !== 'ok');
  expect(findings).toMatchObject([{ level: 'hint', about: 'writing' }]);
  expect(findings[0]!.text).toMatch(text);
});

test.each<Partial<JudgedFacts>>([
  { maxWalBytes: 2 ** 30, freeBytes: 2 ** 32 },
  { memoryBytes: null, sharedBuffersBytes: 2 ** 33, cacheBytes: 2 ** 30 },
  { walCompression: 'pglz' },
])('nothing is asked for that the machine does not have, or that cannot be known: %o', (change) => {
  expect(judgeServer({ ...well, ...change }).every(({ level }) => level === 'ok')).toBe(true);
});

test('the lines to run are ones that a real server takes', async () => {
  await using db = await testDatabase();
  const facts = await readServerFacts(db.pool);
  expect(facts.fromCommandLine).toContain('fsync');
  const poor = {
    sharedBuffersBytes: 1,
    cacheBytes: 1,
    maxWalBytes: 1,
    checkpointTimeoutMs: 1,
    walCompression: 'off',
    fromCommandLine: [],
  };
  const hints = judgeServer({ ...well, offersLz4: facts.offersLz4, ...poor }).filter(
    ({ level }) => level === 'hint',
  );
  expect(hints).toHaveLength(5);
  // What stands in this file would be lost.
  const own = await db.pool.query(
    `select from pg_file_settings where sourcefile like '%auto.conf'`,
  );
  expect(own.rowCount).toBe(0);
  for (const { text } of hints) {
    const [, line, setting] = /(alter system set (\w+) = '\w+');/.exec(text)!;
    await db.pool.query(line!);
    await db.pool.query(`alter system reset ${setting}`);
  }
});

test('a plain database is not judged by what only TimescaleDB needs', () => {
  const plain = {
    ...well,
    engine: 'plain' as const,
    sharedPreloadLibraries: '',
    timescaleWorkers: null,
  };
  expect(judgeServer(plain).every(({ level }) => level === 'ok')).toBe(true);
});

test('a user without rights to all settings is no hindrance', async () => {
  await using db = await testDatabase();
  const role = `plain_${db.name}`;
  await db.pool.query(`create role ${role}`);
  const client = await db.pool.connect();
  try {
    await client.query(`set role ${role}`);
    const facts = await readServerFacts(client);
    expect(facts.sharedPreloadLibraries).toBeNull();
    const judged = { ...well, ...facts, ownNowMs: facts.nowMs };
    expect(judgeServer(judged).filter(({ about }) => about === 'preload')).toMatchObject([
      { level: 'ok' },
    ]);
  } finally {
    await client.query('reset role');
    client.release();
    await db.pool.query(`drop role ${role}`);
  }
});

test('the facts are read from a real server', async () => {
  await using db = await testDatabase();
  const facts = await readServerFacts(db.pool);
  expect(facts).toMatchObject({ inRecovery: false, timescaleWorkers: null });
  expect(facts.versionNumber).toBeGreaterThanOrEqual(150_000);
  expect(facts.databaseBytes).toBeGreaterThan(1_000_000);
  const { rows } = await db.pool.query<{ name: string; bytes: number }>(
    `select name, (setting::float8 * case unit when 'MB' then 1048576 when '8kB' then 8192 when 's' then 1000 end)
       as bytes
     from pg_settings
     where name in ('shared_buffers', 'effective_cache_size', 'max_wal_size', 'checkpoint_timeout')`,
  );
  expect(Object.fromEntries(rows.map(({ name, bytes }) => [name, bytes]))).toEqual({
    shared_buffers: facts.sharedBuffersBytes,
    effective_cache_size: facts.cacheBytes,
    max_wal_size: facts.maxWalBytes,
    checkpoint_timeout: facts.checkpointTimeoutMs,
  });
});
