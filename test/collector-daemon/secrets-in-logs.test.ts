/** A full run at the loudest level, with things going wrong; nothing secret may be in its log or openly in the database. */
import { randomBytes } from 'node:crypto';
import { afterEach, expect, test, vi } from 'vitest';
import { createLoginToken } from '../../service/store/people/login.ts';
import { ensureUser } from '../../service/store/people/user.ts';
import { startSimulator } from '../../simulator/simulator-service.ts';
import { makeCertificates } from '../support/certificates.ts';
import { startDaemon } from '../support/daemon.ts';
import { testDatabase, type TestDatabase } from '../support/database.ts';
import { readTables } from '../support/table-rows.ts';

afterEach(() => vi.unstubAllEnvs());

/** Calls REST as the console would. */
class Caller {
  readonly #base: string;
  #cookie = '';

  constructor(base: string) {
    this.#base = base;
  }

  get sessionToken(): string {
    return this.#cookie.split('=')[1]!;
  }

  async post(path: string, body: unknown): Promise<number> {
    const answer = await fetch(`${this.#base}/api${path}`, {
      method: 'POST',
      headers: { cookie: this.#cookie, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    await answer.text();
    this.#cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? this.#cookie;
    return answer.status;
  }
}

async function loginToken(db: TestDatabase): Promise<string> {
  const { id: userId } = await ensureUser(db.pool, 'ann', 'admin');
  const wanted = { userId, role: 'admin', createdBy: 'test' } as const;
  return (await createLoginToken(db.pool, wanted)).token;
}

test('no secret is in the log, nor openly in the database', async () => {
  const masterKey = randomBytes(32).toString('base64');
  vi.stubEnv('LOG_LEVEL', 'trace');
  vi.stubEnv('NOCTURNE_SECRET_KEYS', `k1:${masterKey}`);
  await using db = await testDatabase();
  const certificates = await makeCertificates();
  const password = 'open-sesame-right';
  await using target = await startSimulator({ count: 1, login: { username: 'noc', password } });
  await using daemon = await startDaemon(db.url, 'node-a');
  const base = /HTTP on (http:[^"]+)/.exec(await daemon.line('runs as both'))![1]!;
  const caller = new Caller(base);
  const token = await loginToken(db);
  expect(await caller.post('/login', { token: `${token}x` })).toBe(401);
  expect(await caller.post('/login', { token })).toBe(200);
  expect(await caller.post('/login', { token })).toBe(401);

  const { port } = target.targets[0]!;
  const plain = { address: '127.0.0.1', port, tlsMode: 'plaintext', username: 'noc' };
  const keyPem = certificates.client.keyPem.toString();
  const mutual = {
    address: '127.0.0.1',
    port,
    tlsMode: 'mutual',
    tlsCertificatePem: certificates.client.certPem.toString(),
    tlsKeyPem: keyPem,
  };
  const wrong = 'open-sesame-wrong';
  const broken = 'open-sesame-broken\n';
  const add = (name: string, endpoint: object) => caller.post('/devices', { name, endpoint });
  expect(await add('right', { ...plain, password })).toBe(201);
  expect(await add('wrong', { ...plain, password: wrong })).toBe(201);
  expect(await add('mutual', mutual)).toBe(201);
  expect(await add('broken', { ...plain, password: broken })).toBe(422);
  expect(await caller.post('/devices/test', { endpoint: { ...plain, password: wrong } })).toBe(200);
  expect(await caller.post('/devices', { name: 7, endpoint: { password: wrong } })).toBe(422);
  await daemon.line('wrong: ');
  await daemon.line('mutual: ');

  await db.pool.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and application_name like 'nocturne %'`,
  );
  await daemon.line('a connection to the database was lost');
  expect(await daemon.stop()).toBe(0);

  const log = daemon.lines.join('\n');
  const rows = [...(await readTables(db.pool)).values()].flatMap((table) => table.rows).join('\n');
  const keyBody = keyPem.split('\n')[1]!;
  const ownPassword = new URL(db.url).password;
  const secrets = {
    // A short one, or none, as a server that is there already may have, would be found in any text.
    ...(ownPassword.length > 8 ? { 'password of the database': ownPassword } : {}),
    'master key': masterKey,
    'login token': token,
    'session token': caller.sessionToken,
    password,
    'wrong password': wrong,
    'refused password': broken.trim(),
    key: keyBody,
  };
  const lengths = Object.values(secrets).map((secret) => secret.length);
  expect(Math.min(...lengths)).toBeGreaterThan(8);
  const found = Object.entries(secrets).filter(
    ([, secret]) => log.includes(secret) || rows.includes(secret),
  );
  expect(found.map(([what]) => what)).toEqual([]);
});
