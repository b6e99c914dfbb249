import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, chmod, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { describe, expect, test } from 'vitest';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../../../collector-daemon/embedded-postgres/embedded-postgres.ts';
import { cancellable } from '../../../service/store/connection/cancellable.ts';
import { ensureDefaults } from '../../../service/store/schema/defaults.ts';
import { createPlainEngine } from '../../../service/store/storage/engine-plain.ts';
import { migrate } from '../../../service/store/schema/migrate.ts';
import { createPool } from '../../../service/store/connection/pool.ts';
import { hasEnded } from '../../../collector-daemon/embedded-postgres/process-facts.ts';

interface Folder extends AsyncDisposable {
  readonly dataDir: string;
}

async function folder(): Promise<Folder> {
  const parent = await mkdtemp(path.join(os.tmpdir(), 'nocturne-embedded-'));
  await chmod(parent, 0o755);
  return {
    dataDir: path.join(parent, 'data'),
    [Symbol.asyncDispose]: () => rm(parent, { recursive: true, force: true }),
  };
}

function start(dataDir: string, port?: number): Promise<EmbeddedPostgres> {
  const signal = AbortSignal.timeout(60_000);
  return startEmbeddedPostgres({ dataDir, signal, ...(port === undefined ? {} : { port }) });
}

async function ask(databaseUrl: string, statement: string): Promise<unknown> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(statement);
    return Object.values(rows[0] ?? {})[0];
  } finally {
    await client.end();
  }
}

describe('embedded PostgreSQL', () => {
  test('keeps its data and password from one start to the next', async () => {
    await using place = await folder();
    {
      await using server = await start(place.dataDir);
      expect(server.reused).toBe(false);
      await ask(server.databaseUrl, 'create table kept as select 42 as answer');
    }
    await using server = await start(place.dataDir);
    expect(server.reused).toBe(true);
    expect(await ask(server.databaseUrl, 'select answer from kept')).toBe(42);
    expect(await ask(server.databaseUrl, 'show fsync')).toBe('on');
    expect(await ask(server.databaseUrl, 'show synchronous_commit')).toBe('on');
    expect(await ask(server.databaseUrl, 'show listen_addresses')).toBe('127.0.0.1');
    const password = await stat(path.join(place.dataDir, 'database-password'));
    expect(password.mode & 0o077).toBe(0);
  });

  test('its owner can make the tables, store and cancel, without being superuser', async () => {
    await using place = await folder();
    await using server = await start(place.dataDir);
    await migrate(server.databaseUrl);
    await using pool = createPool(server.databaseUrl, { applicationName: 'test' });
    expect(await createPlainEngine(pool).prepare(Date.UTC(2026, 10, 21))).toHaveLength(24);
    await ensureDefaults(pool);
    const options = { signal: new AbortController().signal, timeoutMs: 10 };
    const slow = cancellable(pool, options, (client) => client.query('select pg_sleep(60)'));
    await expect(slow).rejects.toMatchObject({ code: 'QUERY_TIMEOUT' });
    expect(
      await ask(server.databaseUrl, `select rolsuper from pg_roles where rolname = user`),
    ).toBe(false);
  });

  test('asks for the password', async () => {
    await using place = await folder();
    await using server = await start(place.dataDir);
    const url = new URL(server.databaseUrl);
    url.password = 'wrong';
    await expect(ask(url.href, 'select 1')).rejects.toThrow(/password authentication failed/);
  });

  test('refuses a second start on the same folder and names the first', async () => {
    await using place = await folder();
    await using _server = await start(place.dataDir);
    await expect(start(place.dataDir)).rejects.toThrow(
      `another Nocturne (process ${process.pid}) is running on the data folder ${place.dataDir}`,
    );
  });

  test('says so where its password is lost, or another one', async () => {
    await using place = await folder();
    await (await start(place.dataDir))[Symbol.asyncDispose]();
    const file = path.join(place.dataDir, 'database-password');
    const sentence = `the database in ${place.dataDir}/postgres has another password than ${file} holds, if that is there at all: put the file back that was with it, or move ${place.dataDir}/postgres away to begin with an empty database`;
    await writeFile(file, 'another');
    await expect(start(place.dataDir)).rejects.toThrow(sentence);
    await rm(file);
    await expect(start(place.dataDir)).rejects.toThrow(sentence);
    await expect(readFile(file)).rejects.toThrow('ENOENT');
  });

  test('recovers after its program was killed, committed rows included', async () => {
    await using place = await folder();
    const program = spawn(
      process.execPath,
      [fileURLToPath(new URL('hold-server.ts', import.meta.url)), place.dataDir],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const [databaseUrl] = (await once(createInterface(program.stdout), 'line')) as [string];
    await ask(databaseUrl, `create table kept as select 'yes' as answer`);
    const left = Number(
      (await readFile(path.join(place.dataDir, 'postgres/data/postmaster.pid'), 'utf8')).split(
        '\n',
      )[0],
    );
    program.kill('SIGKILL');
    await once(program, 'exit');
    expect(process.kill(left, 0)).toBe(true);

    await using server = await start(place.dataDir);
    expect(await ask(server.databaseUrl, 'select answer from kept')).toBe('yes');
    expect(await hasEnded(left)).toBe(true);
  });

  test('is not fooled by a pid file whose number another program has now', async () => {
    await using place = await folder();
    await (await start(place.dataDir))[Symbol.asyncDispose]();
    const pidFile = path.join(place.dataDir, 'postgres/data/postmaster.pid');
    await writeFile(pidFile, `${process.pid}\n/elsewhere\n0\n5432\n\n127.0.0.1\n\nready   \n`);
    await using server = await start(place.dataDir);
    expect(await ask(server.databaseUrl, 'select 1')).toBe(1);
  });

  test('says so when the port is taken', async () => {
    await using place = await folder();
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    await expect(start(place.dataDir, port)).rejects.toThrow(
      `port ${port} on 127.0.0.1 is taken by another program`,
    );
    other.close();
    // What was half started is gone, so the next start is not refused.
    await (await start(place.dataDir))[Symbol.asyncDispose]();
  });
});
