import { expect, test } from 'vitest';
import { readServerFacts } from '../../../service/store/server-facts.ts';
import { type JudgedFacts, judgeServer } from '../../../service/store/server-findings.ts';
import { testDatabase } from '../../support/database.ts';

const well: JudgedFacts = {
  versionNumber: 180_004,
  maxConnections: 100,
  fsync: true,
  synchronousCommit: 'on',
  sharedPreloadLibraries: 'pg_stat_statements, timescaledb',
  maxWorkerProcesses: 32,
  timescaleWorkers: 16,
  sharedBuffersBytes: 2 ** 30,
  inRecovery: false,
  nowMs: 1_000_000,
  ownNowMs: 1_000_020,
  databaseBytes: 2 ** 31,
  freeBytes: 2 ** 36,
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
});
