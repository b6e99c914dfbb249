/**
 * Writes test/fixtures/schema/NNNN.sql for the schema version of this program: a database with rows in every table, as
 * its commands and a collector leave it, dumped by pg_dump. A file that is there is never made anew: later programs
 * would write other rows. Use the oldest supported PostgreSQL, for all newer ones read its dump:
 *
 *   TEST_POSTGRES_BIN=/usr/lib/postgresql/15/bin node test/support/make-schema-fixture.ts
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from '../../collector-daemon/embedded-postgres/free-port.ts';
import { makeUuid, type DeviceId } from '../../core/id.ts';
import { systemClock } from '../../core/time.ts';
import { type StoredTrouble, upsertTroubles } from '../../service/store/operating/data-trouble.ts';
import { writeBatch } from '../../service/store/writing/batch-writer.ts';
import { createLoginToken, logIn } from '../../service/store/people/login.ts';
import { programSchemaVersion } from '../../service/store/schema/migrate.ts';
import { createPool, type DatabasePool } from '../../service/store/connection/pool.ts';
import { readRetention } from '../../service/store/storage/retention-settings.ts';
import { SeriesResolver } from '../../service/store/writing/series-resolver.ts';
import { recordedEngine } from '../../service/store/storage/storage-choice.ts';
import { ensureUser } from '../../service/store/people/user.ts';
import { clientPrograms } from './client-programs.ts';
import { dataFolder, runNocturne } from './demo-process.ts';
import { sampleBatch, seriesDefinition } from './sample-batch.ts';
import { fixtureFile, fixtureKeys } from './schema-fixture.ts';
import { throwAwayServer } from './throw-away-server.ts';

const run = promisify(execFile);
const main = path.join(import.meta.dirname, '../../collector-daemon/main.ts');
type Env = Readonly<Record<string, string>>;

const programs = await clientPrograms();
if (programs === null) {
  throw new Error('there is no pg_dump: set TEST_POSTGRES_BIN to a folder that has it');
}
await using server = await throwAwayServer({}, programs);
await using folder = await dataFolder();
{
  await using admin = createPool(server.adminUrl, { applicationName: 'fixture', size: 1 });
  await admin.query('create database nocturne');
}
const url = server.adminUrl.replace(/postgres$/, 'nocturne');
await using pool = createPool(url, { applicationName: 'fixture', size: 2 });
await workAsPeopleDo(pool, {
  DATABASE_URL: url,
  NOCTURNE_DATA_DIR: folder.path,
  NOCTURNE_SECRET_KEYS: fixtureKeys,
  NOCTURNE_NODE_NAME: 'node-a',
  NODE_ROLE: 'both',
  PORT: '0',
  NOCTURNE_FEED_PORT: '0',
});
await workAsJobsDo(pool);
await keepLittle(pool);
const dump = ['--inserts', '--rows-per-insert=50', '--no-owner', '--no-privileges', url];
const { stdout } = await run(path.join(programs, 'pg_dump'), dump, { maxBuffer: 2 ** 28 });
await writeFile(fixtureFile(programSchemaVersion), withoutComments(stdout), { flag: 'wx' });

async function workAsPeopleDo(pool: DatabasePool, env: Env): Promise<void> {
  const port = String(await freePort());
  const login = ['--port', port, '--tls', 'plaintext', '--username', 'noc', '--password-stdin'];
  await nocturne(['migrate'], env);
  const target = '--count 1 --spines 0 --faults none --password hunter2 --username noc'.split(' ');
  const simulator = start(['simulate', '--base-port', port, ...target], env);
  const site = ['--site', 'fra-1', '--tag', 'role=leaf'];
  await nocturne(['device', 'add', 'leaf-01', '127.0.0.1', ...login, ...site], env);
  await nocturne(['device', 'add', "o'leaf \\ %_ 🌙", '127.0.0.1', ...login.with(1, '1')], env);
  const collector = start(['collector'], env);
  await stored(pool, 4);
  await nocturne(['device', 'test', '127.0.0.1', ...login], env);
  const { id } = await ensureUser(pool, 'ann', 'operator');
  const wanted = { userId: id, role: 'operator', createdBy: 'fixture' } as const;
  await logIn(pool, (await createLoginToken(pool, wanted)).token);
  await nocturne(['token', 'create', 'wall-board-1'], env);
  await stop(collector);
  await stop(simulator);
}

async function workAsJobsDo(pool: DatabasePool): Promise<void> {
  const engine = await recordedEngine(pool);
  await engine.dropOld(Date.now(), await readRetention(pool));
  await engine.refreshRollups(Date.now() + 2 * 86_400_000);
  const { rows } = await pool.query<{ id: DeviceId }>(
    `select id from device where name = 'leaf-01'`,
  );
  const client = await pool.connect();
  const timeUs = Date.now() * 1_000;
  // Leaves a mark that no job has taken yet, a row in quarantine, and a series that ended.
  const batch = sampleBatch({
    sequence: 1_000_000,
    introduces: [
      seriesDefinition(0, rows[0]!.id, '/lldp/state/counters/frame-in'),
      seriesDefinition(1, rows[0]!.id, '/lldp/state/system-name', { kind: 'state', unit: '1' }),
    ],
    numbers: [{ ref: 0, timeUs, value: 1, delta: 1, spanMs: 10_000 }],
    texts: [{ ref: 1, timeUs, value: 'a\0b' }],
    ends: [{ ref: 0, timeUs: timeUs + 1 }],
  });
  await writeBatch(client, batch, new SeriesResolver());
  client.release();
  await upsertTroubles(pool, [leftTrouble(rows[0]!.id)]);
}

/** As a collector tells of values that cannot be read. */
function leftTrouble(deviceId: DeviceId): StoredTrouble {
  const path = '/lldp/state/chassis-id';
  const times = { firstAtMs: Date.now() - 60_000, lastAtMs: Date.now() };
  const gapId = makeUuid(systemClock);
  return {
    deviceId,
    kind: 'undecodable',
    beganAtMs: times.firstAtMs,
    lastAtMs: times.lastAtMs,
    overAtMs: null,
    count: 7,
    examples: [{ path, value: null, count: 7, ...times, gapId }],
    gapId,
    node: 'node-a',
  };
}

/** One port, one sensor and the hostname tell as much as all of them. */
async function keepLittle(pool: DatabasePool): Promise<void> {
  const kept = `select id from series where path ~ 'Ethernet1/1].*/(in-octets|in-errors|oper-status)$'
    or path ~ '(hostname|ASIC].*instant)$' or path ~ '^/lldp'`;
  for (const table of [
    'sample',
    'sample_text',
    'sample_1m',
    'sample_1h',
    'sample_1d',
    'series_last',
    'series_end',
  ]) {
    await pool.query(`delete from ${table} where series_id not in (${kept})`);
  }
  await pool.query(`delete from series where id not in (${kept})`);
}

async function nocturne(args: readonly string[], env: Env): Promise<void> {
  const { code, output } = await runNocturne(args, env, 'hunter2\n');
  if (code !== 0) throw new Error(`nocturne ${args.join(' ')}: ${output}`);
}

function start(args: readonly string[], env: Env): ChildProcess {
  return spawn(process.execPath, [main, ...args], {
    env: { ...process.env, ...env },
    stdio: 'ignore',
  });
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

/** Resolves once so many batches are stored. */
async function stored(pool: DatabasePool, batches: number): Promise<void> {
  for (;;) {
    const { rows } = await pool.query<{ there: number }>(
      'select count(*) as there from ingest_batch',
    );
    if (rows[0]!.there >= batches) return;
    await pause(200);
  }
}

/** Nor psql's own commands. */
function withoutComments(dump: string): string {
  return `${dump
    .replaceAll(/^(--|\\).*\n/gm, '')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim()}\n`;
}
