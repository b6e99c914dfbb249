/** Backup and restoring, by the very commands of docs/operations.md, from one server to a fresh one. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeBatch } from '../../../../service/store/writing/batch-writer.ts';
import { findBrokenAudit } from '../../../../service/store/people/audit.ts';
import { loadTargets } from '../../../../service/store/inventory/inventory.ts';
import { migrate, programSchemaVersion } from '../../../../service/store/schema/migrate.ts';
import { SecretBox } from '../../../../service/store/secret/sealed-secret.ts';
import { parseMasterKeys } from '../../../../service/store/secret/master-key.ts';
import { catchUpSeriesLast } from '../../../../service/store/reading/series-last.ts';
import { SeriesResolver } from '../../../../service/store/writing/series-resolver.ts';
import { createPool, type DatabasePool } from '../../../../service/store/connection/pool.ts';
import { clientPrograms } from '../../../support/client-programs.ts';
import type { TestDatabase } from '../../../support/database.ts';
import { commandsUnder, runCommands } from '../../../support/operations-commands.ts';
import type { DatabaseServer } from '../../../support/other-postgres.ts';
import { findBrokenHistory, workADay } from '../../../support/program-work.ts';
import { sampleBatch } from '../../../support/sample-batch.ts';
import { fixtureFile, fixtureKeys } from '../../../support/schema-fixture.ts';
import { differences, readTables } from '../../../support/table-rows.ts';
import { throwAwayServer } from '../../../support/throw-away-server.ts';

const run = promisify(execFile);
const dayMs = 86_400_000;
const noonMs = Math.floor(Date.now() / dayMs) * dayMs - dayMs / 2;

const programs = await clientPrograms();
if (programs === null) {
  console.warn(
    'SKIPPED: backup and restoring (there is no pg_dump; TEST_POSTGRES_BIN may name it)',
  );
}

describe.skipIf(programs === null)('a database restored from a backup', () => {
  let from: Site;
  let to: Site;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'nocturne-backup-'));
    from = await startSite(folder, programs!);
    to = await startSite(folder, programs!);
    await fill(from);
    const [dump] = await commandsUnder('Taking a backup');
    await runCommands(dump!, from);
    await workOn(from);
    const [restore] = await commandsUnder('Restoring it');
    await runCommands(restore!, to);
  }, 120_000);

  afterAll(async () => {
    await from?.[Symbol.asyncDispose]();
    await to?.[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  }, 60_000);

  test('has every row of every table', async () => {
    const lost = differences(from.before, await readTables(to.pool));
    expect(from.before.size).toBeGreaterThan(30);
    expect(lost).toEqual([]);
  });

  test('has the same tables, indexes, triggers, functions and owners', async () => {
    expect(await schemaOf(to)).toBe(await schemaOf(from));
  });

  test('has whole audit and history, and opens its secrets with the keys kept', async () => {
    expect(await findBrokenAudit(to.pool)).toBeNull();
    expect(await findBrokenHistory(to)).toEqual([]);
    const keys = await readFile(path.join(to.env['NOCTURNE_DATA_DIR']!, 'secret-keys'), 'utf8');
    const secrets = new SecretBox(parseMasterKeys(keys, 'the backup'));
    const { targets } = await loadTargets(to.pool, secrets);
    expect(targets.map(({ endpoint }) => endpoint.password)).toEqual(['hunter2', 'hunter2']);
  });

  test('notes the hole since the last batch that it holds', async () => {
    const [, note] = await commandsUnder('Restoring it');
    await runCommands(note!, to);
    const { rows } = await to.pool.query(
      `select name from gap join device on device.id = device_id
       where reason like '%restored%' and from_time = (select max(stored_at) from ingest_batch)
         and to_time > from_time order by name`,
    );
    expect(rows.map(({ name }) => name)).toEqual(['leaf-01', "o'leaf \\ %_ 🌙"]);
  });

  test('stores again what was stored after it, and no batch from before twice', async () => {
    using connection = await to.connect();
    const write = (sequence: number) =>
      writeBatch(connection, sampleBatch({ sequence }), new SeriesResolver());
    expect(await write(1)).toMatchObject({ outcome: 'repeated' });
    expect(await write(2)).toMatchObject({ outcome: 'stored' });
    expect(await write(2)).toMatchObject({ outcome: 'repeated' });
  });

  test('catches up with newest values that had not been flushed', async () => {
    expect(await newestBehind(to.pool)).toBeGreaterThan(0);
    await catchUpSeriesLast(to.pool);
    expect(await newestBehind(to.pool)).toBe(0);
  });

  test('serves a working day, by the role that owns it', async () => {
    await to.pool.query(`update ingest_batch set node = 'before' where node = 'test'`);
    expect(await migrate(to.url)).toEqual([]);
    await expect(workADay(to, noonMs)).resolves.toBeUndefined();
  });
});

/** A server with its database, and where commands for it run. */
interface Site extends TestDatabase {
  readonly folder: string;
  readonly programs: string;
  readonly env: Readonly<Record<string, string>>;
  /** What was there when the backup was taken. */
  before: Awaited<ReturnType<typeof readTables>>;
}

async function startSite(folder: string, programs: string): Promise<Site> {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await throwAwayServer({}, programs));
  const admin = new URL(server.adminUrl);
  const url = `postgres://nocturne:PASSWORD@${admin.host}/nocturne`;
  const pool = stack.use(createPool(url, { applicationName: 'test', size: 4 }));
  const dataDir = path.join(folder, admin.port);
  await mkdir(dataDir);
  const owned = stack.move();
  return {
    ...placeOf(server, { folder, programs, dataDir }),
    url,
    pool,
    before: new Map(),
    async connect() {
      const client = await pool.connect();
      return Object.assign(client, { [Symbol.dispose]: () => client.release() });
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

function placeOf(
  { adminUrl }: DatabaseServer,
  { folder, programs, dataDir }: { folder: string; programs: string; dataDir: string },
): Pick<Site, 'adminUrl' | 'name' | 'folder' | 'programs' | 'env'> {
  const { hostname, port, username, password } = new URL(adminUrl);
  const libpq = { PGHOST: hostname, PGPORT: port, PGUSER: username, PGPASSWORD: password };
  const env = { ...libpq, NOCTURNE_DATA_DIR: dataDir };
  return { adminUrl, name: 'nocturne', folder, programs, env };
}

/** A database in use: rows in all tables, a batch of its own, newest values that wait to be flushed. */
async function fill(site: Site): Promise<void> {
  await using admin = createPool(site.adminUrl, { applicationName: 'test', size: 1 });
  await admin.query(`create role nocturne login password 'PASSWORD'`);
  await admin.query('create database nocturne owner nocturne');
  const client = await site.pool.connect();
  await client.query(await readFile(fixtureFile(programSchemaVersion), 'utf8'));
  client.release(true);
  await migrate(site.url);
  using connection = await site.connect();
  await writeBatch(connection, sampleBatch({ sequence: 1 }), new SeriesResolver());
  await site.pool.query(`update series_last set time = time - interval '1 min'`);
  await writeFile(path.join(site.env['NOCTURNE_DATA_DIR']!, 'secret-keys'), fixtureKeys);
  site.before = await readTables(site.pool);
}

/** After the backup. */
async function workOn(site: Site): Promise<void> {
  using connection = await site.connect();
  await writeBatch(connection, sampleBatch({ sequence: 2 }), new SeriesResolver());
}

async function schemaOf({ programs, env }: Site): Promise<string> {
  const { stdout } = await run(path.join(programs, 'pg_dump'), ['--schema-only', 'nocturne'], {
    env: { ...process.env, ...env },
    maxBuffer: 2 ** 28,
  });
  // Newer pg_dumps guard their text with a random word.
  return stdout.replaceAll(/^\\(un)?restrict .*$/gm, '');
}

/** Series with a sample newer than their newest value. */
async function newestBehind(pool: DatabasePool): Promise<number> {
  const { rows } = await pool.query(
    `select from series_last last where exists
       (select from sample where sample.series_id = last.series_id and sample.time > last.time)`,
  );
  return rows.length;
}
