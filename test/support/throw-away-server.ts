/**
 * A database server of a test's own, gone with its data afterwards: npm's PostgreSQL, or the one whose programs lie in
 * the folder `TEST_POSTGRES_BIN`.
 */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { findBinaries } from '../../collector-daemon/embedded-postgres/binaries.ts';
import { clusterFiles } from '../../collector-daemon/embedded-postgres/cluster-files.ts';
import { startEmbeddedPostgres } from '../../collector-daemon/embedded-postgres/embedded-postgres.ts';
import { serverUser } from '../../collector-daemon/embedded-postgres/server-user.ts';
import { type DatabaseServer, startOtherPostgres } from './other-postgres.ts';

/** Nothing needs to reach the disk. */
const hasty = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

/** `settings` are of postgresql.conf, `binFolder` holds `initdb` and `postgres`. */
export async function throwAwayServer(
  settings: Readonly<Record<string, string>> = {},
  binFolder = process.env['TEST_POSTGRES_BIN'],
): Promise<DatabaseServer> {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(path.join(os.tmpdir(), 'nocturne-test-'));
  await chmod(folder, 0o755);
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const all = { ...hasty, ...settings };
  const server = binFolder
    ? stack.use(await startOtherPostgres(folder, binFolder, all))
    : await startNpmPostgres(stack, folder, all);
  const { adminUrl, pgData, postgres } = server;
  const running = stack.move();
  return { adminUrl, pgData, postgres, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

async function startNpmPostgres(
  stack: AsyncDisposableStack,
  dataDir: string,
  settings: Readonly<Record<string, string>>,
): Promise<Omit<DatabaseServer, keyof AsyncDisposable>> {
  const { adminUrl } = stack.use(
    await startEmbeddedPostgres({ dataDir, signal: AbortSignal.timeout(60_000), settings }),
  );
  const { postgres } = await findBinaries(serverUser());
  return { adminUrl, pgData: clusterFiles(dataDir).pgData, postgres };
}
