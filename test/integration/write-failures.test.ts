/**
 * A database that cannot take a batch now, as a real server makes it happen: the sink waits, tries again, and the batch
 * is stored once, whole.
 */
import { execFile } from 'node:child_process';
import { chmod, chown, mkdtemp, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { Client, type PoolClient } from 'pg';
import { describe, expect, test } from 'vitest';
import { BatchSize } from '../../collector-daemon/sink/batch-size.ts';
import { BoundedQueue } from '../../collector-daemon/sink/bounded-queue.ts';
import { isLasting } from '../../collector-daemon/sink/copy-failure.ts';
import { runCopySink } from '../../collector-daemon/sink/copy-sink.ts';
import type { DeviceId } from '../../core/id.ts';
import { rowCount, type SampleSlice } from '../../core/telemetry/sample.ts';
import { writeBatch } from '../../service/store/writing/batch-writer.ts';
import { errorCodeOf } from '../../service/store/connection/database-error.ts';
import { createPool } from '../../service/store/connection/pool.ts';
import { SeriesResolver } from '../../service/store/writing/series-resolver.ts';
import { testDatabase, type TestDatabase } from '../support/database.ts';
import { sampleBatch, seriesDefinition } from '../support/sample-batch.ts';

const run = promisify(execFile);
const leaf = '0198a000-0000-7000-8000-000000000001' as DeviceId;
const noon = Date.UTC(2026, 10, 21, 12) * 1_000;

interface Trouble {
  /** For the writer; default: the database's own. */
  readonly url?: string;
  /** What each statement passes on its way. */
  readonly before?: (statement: string, client: PoolClient) => Promise<void>;
  readonly mend: () => Promise<unknown>;
}

interface Outcome {
  /** Of what reached the sink. */
  readonly codes: readonly string[];
  /** Whether each would be given up in the end. */
  readonly lasting: readonly boolean[];
  readonly log: readonly string[];
  readonly stored: number;
}

/** One slice through the sink; the trouble is over when the sink has waited once. */
async function store(db: TestDatabase, trouble: Trouble, rows = 10): Promise<Outcome> {
  const resolver = new SeriesResolver();
  const log: string[] = [];
  const codes: string[] = [];
  const lasting: boolean[] = [];
  const queue = new BoundedQueue<SampleSlice>({
    maxRows: 1e6,
    rowsOf: rowCount,
    dropped: () => log.push('dropped'),
  });
  const numbers = Array.from({ length: rows }, (_, at) => ({
    ref: 0,
    timeUs: noon + at,
    value: at,
  }));
  queue.push(sampleBatch({ introduces: [seriesDefinition(0, leaf, '/a/b')], numbers }));
  queue.close();
  await runCopySink(
    {
      queue,
      batchSize: new BatchSize({ clock: { nowMs: () => 0 }, maxRows: 1e6 }),
      nextKey: () => sampleBatch({}).key,
      write: async (batch) => {
        await using pool = createPool(trouble.url ?? db.url, { applicationName: 'test', size: 1 });
        try {
          const client = passing(await pool.connect(), trouble.before);
          try {
            return await writeBatch(client, batch, resolver);
          } finally {
            client.release(true);
          }
        } catch (error) {
          codes.push(errorCodeOf(error) || String(error));
          lasting.push(isLasting(error, true));
          throw error;
        }
      },
      pause: async () => {
        log.push('waits');
        await trouble.mend();
      },
      stored: (_batch, result) => log.push(`${result.outcome} ${result.rows}`),
      refused: (_batch, sentence) => log.push(`refused: ${sentence}`),
      trouble: () => {},
    },
    new AbortController().signal,
  );
  const counted = await db.pool.query<{ count: number }>('select count(*) as count from sample');
  return { codes, lasting, log, stored: counted.rows[0]!.count };
}

function passing(client: PoolClient, before: Trouble['before']): PoolClient {
  if (before === undefined) return client;
  const send = client.query.bind(client) as (...args: unknown[]) => unknown;
  client.query = ((...args: unknown[]) => {
    if (typeof args[0] !== 'string') return send(...args);
    return before(args[0], client).then(() => send(...args));
  }) as typeof client.query;
  return client;
}

async function connected(stack: AsyncDisposableStack, url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  stack.defer(() => client.end());
  return client;
}

/** A role that may write, but is no superuser. */
async function writerRole(stack: AsyncDisposableStack, db: TestDatabase): Promise<URL> {
  const name = `writer_${db.name}`;
  await db.pool.query(
    `create role ${name} login password 'secret';
     grant all on all tables in schema public to ${name}`,
  );
  stack.defer(async () => {
    await db.pool.query(`drop owned by ${name}; drop role ${name}`);
  });
  const url = new URL(db.url);
  url.username = name;
  url.password = 'secret';
  return url;
}

type Begin = (db: TestDatabase, stack: AsyncDisposableStack) => Promise<Trouble>;

const troubles: readonly (readonly [name: string, code: string, begin: Begin])[] = [
  [
    'it is read-only',
    '25006',
    async ({ pool, name }) => {
      await pool.query(`alter database ${name} set default_transaction_read_only = on`);
      // The test's own connections were made before.
      return {
        mend: () => pool.query(`alter database ${name} reset default_transaction_read_only`),
      };
    },
  ],
  [
    'it has no connection left for the role',
    '53300',
    async (db, stack) => {
      const url = (await writerRole(stack, db)).href;
      await db.pool.query(`alter role writer_${db.name} connection limit 1`);
      const other = new Client({ connectionString: url });
      await other.connect();
      return { url, mend: () => other.end() };
    },
  ],
  [
    'a permission is missing',
    '42501',
    async (db, stack) => {
      const url = (await writerRole(stack, db)).href;
      await db.pool.query(`revoke insert on sample from writer_${db.name}`);
      return { url, mend: () => db.pool.query(`grant insert on sample to writer_${db.name}`) };
    },
  ],
  [
    'the password was changed',
    '28P01',
    async (db, stack) => {
      const url = (await writerRole(stack, db)).href;
      await db.pool.query(`alter role writer_${db.name} password 'other'`);
      return {
        url,
        mend: () => db.pool.query(`alter role writer_${db.name} password 'secret'`),
      };
    },
  ],
  [
    'a table is away while it is restored',
    '42P01',
    async ({ pool }) => {
      await pool.query('alter table sample rename to sample_away');
      return { mend: () => pool.query('alter table sample_away rename to sample') };
    },
  ],
  [
    'a lock is not given in time',
    '55P03',
    async (db, stack) => {
      const holder = await connected(stack, db.url);
      await holder.query('begin; lock table sample in access exclusive mode');
      const url = new URL(db.url);
      url.searchParams.set('options', '-c lock_timeout=1ms');
      return { url: url.href, mend: () => holder.query('rollback') };
    },
  ],
  [
    'a statement runs into its timeout',
    '57014',
    async (db, stack) => {
      const holder = await connected(stack, db.url);
      await holder.query('begin; lock table sample in access exclusive mode');
      const before = async (statement: string, client: PoolClient) => {
        if (statement === 'begin') await client.query(`set statement_timeout = '20ms'`);
      };
      return { before, mend: () => holder.query('rollback') };
    },
  ],
  [
    'it ends the connection before the commit',
    '57P01',
    async ({ pool }) => {
      let ended = false;
      const before = async (statement: string, client: PoolClient) => {
        if (statement !== 'commit' || ended) return;
        ended = true;
        const { processID } = client as unknown as { processID: number };
        await pool.query('select pg_terminate_backend($1, 10000)', [processID]);
      };
      return { before, mend: async () => {} };
    },
  ],
];

describe('a batch waits while', () => {
  test.each(troubles)('%s (%s)', async (_name, code, begin) => {
    await using db = await testDatabase();
    await using stack = new AsyncDisposableStack();
    const outcome = await store(db, await begin(db, stack));
    expect(outcome).toEqual({
      codes: [expect.stringMatching(new RegExp(`${code}|Connection terminated|connection error`))],
      lasting: [false],
      log: ['waits', 'stored 10'],
      stored: 10,
    });
  });

  test('the disk is full (53100)', async () => {
    await using db = await testDatabase();
    await using disk = await smallDisk(db);
    if (disk === null) {
      console.warn(
        'SKIPPED: a full disk (needs root, mount and a server on this machine); a trigger says so instead',
      );
      await db.pool.query(
        `create function full_disk() returns trigger language plpgsql as
           $$ begin raise exception using errcode = '53100', message = 'could not extend file'; end $$;
         create trigger full_disk before insert on sample_default
           for each row execute function full_disk()`,
      );
    }
    const mend =
      disk === null ? () => db.pool.query('drop function full_disk cascade') : () => disk.grow();
    const outcome = await store(db, { mend }, 100_000);
    expect(outcome).toEqual({
      codes: ['53100'],
      lasting: [false],
      log: ['waits', 'stored 100000'],
      stored: 100_000,
    });
  });
});

interface SmallDisk extends AsyncDisposable {
  grow(): Promise<unknown>;
}

/** The default partition of samples on a disk of 2 MiB; null where none can be made. */
async function smallDisk({ pool, name }: TestDatabase): Promise<SmallDisk | null> {
  const { rows } = await pool.query<{ folder: string }>(
    `select setting as folder from pg_settings where name = 'data_directory'`,
  );
  const owner = await stat(rows[0]!.folder).catch(() => null);
  if (owner === null || process.getuid?.() !== 0) return null;
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(path.join(os.tmpdir(), 'nocturne-disk-'));
  stack.defer(() => rm(folder, { recursive: true }));
  const mounted = await run('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', folder]).then(
    () => true,
    () => false,
  );
  if (!mounted) return null;
  stack.defer(async () => {
    await run('umount', [folder]);
  });
  await chown(folder, owner.uid, owner.gid);
  await chmod(folder, 0o700);
  await pool.query(`create tablespace small_${name} location '${folder}'`);
  stack.defer(async () => {
    await pool.query('alter table sample_default set tablespace pg_default');
    await pool.query(`drop tablespace small_${name}`);
  });
  await pool.query(`alter table sample_default set tablespace small_${name}`);
  const made = stack.move();
  return {
    grow: () => run('mount', ['-o', 'remount,size=64m', folder]),
    [Symbol.asyncDispose]: () => made.disposeAsync(),
  };
}

/** The writer repeats these by itself: the sink hears nothing. */
describe('a batch is repeated at once', () => {
  test('after a deadlock (40P01)', async () => {
    await using db = await testDatabase();
    await using stack = new AsyncDisposableStack();
    const other = await connected(stack, db.url);
    await other.query(`set deadlock_timeout = '60s'`);
    await other.query('begin; lock table rollup_mark in exclusive mode');
    let crossed: Promise<unknown> | undefined;
    const begun: string[] = [];
    const before = async (statement: string, client: PoolClient) => {
      if (statement === 'begin') {
        begun.push(statement);
        await client.query(`set deadlock_timeout = '1ms'`);
      }
      if (!statement.startsWith('insert into rollup_mark') || crossed !== undefined) return;
      // Now each waits for the other; whoever comes last finds out.
      crossed = other
        .query(
          `insert into ingest_batch (node, incarnation, worker, sequence, rows)
           select node, incarnation, worker, sequence, 0 from
             (values ('test', 1, 0, 1)) as key (node, incarnation, worker, sequence)`,
        )
        .then(() => other.query('rollback'));
      await untilWaiting(db);
    };
    const outcome = await store(db, { before, mend: async () => {} });
    await crossed;
    // Once more where the writer was back before the other had got what it waited for.
    expect(begun.length).toBeGreaterThanOrEqual(2);
    expect(outcome).toEqual({ codes: [], lasting: [], log: ['stored 10'], stored: 10 });
  });

  test('after a serialisation failure (40001)', async () => {
    await using db = await testDatabase();
    const url = new URL(db.url);
    url.searchParams.set('options', '-c default_transaction_isolation=serializable');
    const begun: string[] = [];
    const before = async (statement: string) => {
      if (statement === 'begin') begun.push(statement);
      if (!statement.includes('insert into series_last') || begun.length > 1) return;
      await db.pool.query(
        `insert into series_last (series_id, time, value)
         select id, 'epoch', 0 from (select 1 as id) as first on conflict do nothing`,
      );
    };
    const outcome = await store(db, { url: url.href, before, mend: async () => {} });
    expect(begun).toHaveLength(2);
    expect(outcome).toEqual({ codes: [], lasting: [], log: ['stored 10'], stored: 10 });
  });
});

async function untilWaiting({ pool }: TestDatabase): Promise<void> {
  for (;;) {
    const { rowCount } = await pool.query(
      `select from pg_stat_activity
       where datname = current_database() and wait_event_type = 'Lock' and pid <> pg_backend_pid()`,
    );
    if (rowCount !== 0) return;
  }
}
