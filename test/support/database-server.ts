/**
 * One database server per test run, with a migrated template that every test file clones. `TEST_DATABASE_URL` (a role
 * that may create databases) uses a server that is already there instead.
 */
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from '../../collector-daemon/embedded-postgres/embedded-postgres.ts';
import { migrate } from '../../service/store/migrate.ts';

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
  await migrate(url.href);
  project.provide('databaseServer', { adminUrl, template });
  const running = stack.move();
  return () => running.disposeAsync();
}

async function startServer(stack: AsyncDisposableStack): Promise<string> {
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'nocturne-test-'));
  await chmod(dataDir, 0o755);
  stack.defer(() => rm(dataDir, { recursive: true, force: true }));
  const server = stack.use(
    await startEmbeddedPostgres({
      dataDir,
      signal: AbortSignal.timeout(60_000),
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
