/**
 * One database server per test run, with a migrated template that every test file clones.
 *
 *   TEST_DATABASE_URL   a superuser's address on a server that is there already, used instead
 *   TEST_POSTGRES_BIN   folder with `initdb` and `postgres` of another version, for the server that is started
 *   TEST_NEXT_SCHEMA=1  all tests run on a schema one expansion ahead of the program
 */
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from '../../collector-daemon/embedded-postgres/embedded-postgres.ts';
import { migrate } from '../../service/store/migrate.ts';
import { migrationFolder } from './migration-folder.ts';
import { nextSchema } from './next-schema.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    readonly databaseServer: { readonly adminUrl: string; readonly template: string };
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await using stack = new AsyncDisposableStack();
  const adminUrl = process.env['TEST_DATABASE_URL'] ?? (await startServer(stack));
  const template = `nocturne_template_${randomBytes(4).toString('hex')}`;
  await admin(adminUrl, `create database ${template}`);
  stack.defer(() => admin(adminUrl, `drop database ${template} with (force)`));
  const url = new URL(adminUrl);
  url.pathname = `/${template}`;
  await migrateTemplate(url.href);
  project.provide('databaseServer', { adminUrl, template });
  const running = stack.move();
  return () => running.disposeAsync();
}

async function migrateTemplate(url: string): Promise<void> {
  await migrate(url);
  if (process.env['TEST_NEXT_SCHEMA'] === undefined) return;
  await using folder = await migrationFolder(nextSchema);
  await migrate(url, { directory: folder.path });
}

async function startServer(stack: AsyncDisposableStack): Promise<string> {
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'nocturne-test-'));
  await chmod(dataDir, 0o755);
  stack.defer(() => rm(dataDir, { recursive: true, force: true }));
  const server = stack.use(
    await startEmbeddedPostgres({
      dataDir,
      signal: AbortSignal.timeout(60_000),
      binFolder: process.env['TEST_POSTGRES_BIN'],
      // Thrown away afterwards, so nothing needs to reach the disk.
      settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' },
    }),
  );
  return server.adminUrl;
}

async function admin(adminUrl: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: adminUrl });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
