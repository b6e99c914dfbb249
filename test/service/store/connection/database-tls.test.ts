import { chmod, chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serverUser } from '../../../../collector-daemon/embedded-postgres/server-user.ts';
import { databaseError } from '../../../../service/store/connection/database-error.ts';
import { createPool } from '../../../../service/store/connection/pool.ts';
import { makeCertificates } from '../../../support/certificates.ts';
import { testDatabase } from '../../../support/database.ts';
import type { DatabaseServer } from '../../../support/other-postgres.ts';
import { throwAwayServer } from '../../../support/throw-away-server.ts';

const stack = new AsyncDisposableStack();
let server: DatabaseServer;
let caFile: string;

/** PostgreSQL takes a key only from its own user, closed to everyone else. */
async function fileForServer(file: string, content: Buffer): Promise<string> {
  await writeFile(file, content, { mode: 0o600 });
  const user = serverUser();
  if (user !== null) await chown(file, user.uid, user.gid);
  return file;
}

beforeAll(async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'nocturne-tls-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  await chmod(folder, 0o755);
  const certificates = await makeCertificates();
  const { certPem, keyPem } = certificates.server;
  caFile = path.join(folder, 'ca.pem');
  await writeFile(caFile, certificates.authority.certPem);
  server = stack.use(
    await throwAwayServer({
      ssl: 'on',
      ssl_cert_file: await fileForServer(path.join(folder, 'server.pem'), certPem),
      ssl_key_file: await fileForServer(path.join(folder, 'server.key'), keyPem),
    }),
  );
});
afterAll(() => stack.disposeAsync());

function addressWith(parameters: Readonly<Record<string, string>>): string {
  const url = new URL(server.adminUrl);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
}

/** What a connection finds: whether it is encrypted, or the sentence it fails with. */
async function outcome(databaseUrl: string): Promise<unknown> {
  await using pool = createPool(databaseUrl, { applicationName: 'test', size: 1 });
  try {
    const { rows } = await pool.query<{ ssl: boolean }>(
      'select ssl from pg_stat_ssl where pid = pg_backend_pid()',
    );
    return rows[0]!.ssl;
  } catch (error) {
    return (databaseError(error, databaseUrl) as Error).message;
  }
}

describe('a database over TLS', () => {
  test('is verified in every mode but one, without a page of warnings', async () => {
    const warnings: Error[] = [];
    const listener = (warning: Error) => warnings.push(warning);
    process.on('warning', listener);
    for (const sslmode of ['prefer', 'require', 'verify-ca', 'verify-full']) {
      expect(await outcome(addressWith({ sslmode }))).toMatch(
        /^the database 127\.0\.0\.1:\d+\/postgres was not trusted \(unable to verify the first certificate\): name its CA with sslrootcert=FILE in DATABASE_URL$/,
      );
    }
    expect(await outcome(addressWith({ sslmode: 'no-verify' }))).toBe(true);
    process.off('warning', listener);
    expect(warnings).toEqual([]);
  });

  test('must be the one that its certificate names', async () => {
    const address = addressWith({ sslmode: 'verify-full', sslrootcert: caFile });
    expect(await outcome(address)).toMatch(
      /was not trusted \(Hostname\/IP does not match certificate's altnames: .*\): name its CA/,
    );
  });

  test('that takes nothing else says so', async () => {
    await writeFile(path.join(server.pgData, 'pg_hba.conf'), 'hostssl all all all scram-sha-256\n');
    await using admin = createPool(addressWith({ sslmode: 'no-verify' }), {
      applicationName: 'test',
    });
    await admin.query('select pg_reload_conf()');
    await expect
      .poll(() => outcome(server.adminUrl))
      .toMatch(/^the database \S+ wants TLS: add \?sslmode=verify-full to DATABASE_URL$/);
  });
});

test('a server without TLS says so', async () => {
  await using db = await testDatabase();
  expect(await outcome(`${db.url}?sslmode=verify-full`)).toMatch(
    /^the database \S+ does not speak TLS: take sslmode out of DATABASE_URL$/,
  );
});

test.each([
  ['sslmode=maybe', /^sslmode "maybe" in DATABASE_URL is not known: expected one of disable, /],
  ['sslrootcert=/nowhere.pem', /^sslrootcert in DATABASE_URL cannot be read \(ENOENT/],
  ['sslmode=verify-full&sslkey=/nowhere.key', /^sslkey in DATABASE_URL cannot be read \(ENOENT/],
])('%s is one sentence without the password', (parameters, sentence) => {
  const address = `postgres://noc:hunter2@db.example/nocturne?${parameters}`;
  expect(() => createPool(address, { applicationName: 'test' })).toThrow(sentence);
  expect(() => createPool(address, { applicationName: 'test' })).not.toThrow(/hunter2/);
});
