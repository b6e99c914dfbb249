/**
 * One database server per test run, with a migrated template that every test file clones.
 *
 *   TEST_DATABASE_URL   a superuser's address on a server that is there already, used instead
 *   TEST_POSTGRES_BIN   folder with `initdb` and `postgres` of another version, for the server that is started
 *   TEST_NEXT_SCHEMA=1  all tests run on a schema one expansion ahead of the program
 */
import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import type { TestProject } from 'vitest/node';
import { migrate } from '../../service/store/schema/migrate.ts';
import { bareTemplate, createDatabase } from './bare-database.ts';
import { migrationFolder } from './migration-folder.ts';
import { nextSchema } from './next-schema.ts';
import { throwAwayServer } from './throw-away-server.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    readonly databaseServer: { readonly adminUrl: string; readonly template: string };
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await using stack = new AsyncDisposableStack();
  const adminUrl = process.env['TEST_DATABASE_URL'] ?? stack.use(await throwAwayServer()).adminUrl;
  const { server_version } = await admin<{ server_version: string }>(
    adminUrl,
    'show server_version',
  );
  process.stdout.write(`database tests run on PostgreSQL ${server_version}\n`);
  const template = `nocturne_template_${randomBytes(4).toString('hex')}`;
  await createDatabase(adminUrl, template, bareTemplate);
  stack.defer(() => admin<void>(adminUrl, `drop database ${template} with (force)`));
  const url = new URL(adminUrl);
  url.pathname = `/${template}`;
  await migrateTemplate(url.href);
  // TimescaleDB's workers would look into it again and again, and whoever is in it keeps it from being copied.
  await admin(adminUrl, `alter database ${template} with allow_connections false`);
  project.provide('databaseServer', { adminUrl, template });
  const running = stack.move();
  return () => running.disposeAsync();
}

async function migrateTemplate(url: string): Promise<void> {
  // Whatever the server offers: tests of TimescaleDB bring their own.
  await migrate(url, { storage: 'plain' });
  if (process.env['TEST_NEXT_SCHEMA'] === undefined) return;
  await using folder = await migrationFolder(nextSchema);
  await migrate(url, { directory: folder.path });
}

async function admin<Row>(adminUrl: string, statement: string): Promise<Row> {
  const client = new Client({ connectionString: adminUrl });
  await client.connect();
  try {
    return (await client.query(statement)).rows[0] as Row;
  } finally {
    await client.end();
  }
}
