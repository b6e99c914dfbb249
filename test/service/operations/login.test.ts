import { describe, expect, test } from 'vitest';
import { actorOf } from '../../../service/operations/login.ts';
import { createLoginToken } from '../../../service/store/people/login.ts';
import { ensureUser } from '../../../service/store/people/user.ts';
import { testDatabase } from '../../support/database.ts';
import { operationsAs, testServices } from '../../support/operation-client.ts';

const refused = { code: 'LOGIN_REQUIRED', status: 401 };

describe('logging in', () => {
  test('a token is traded for a session once; logging out ends it', async () => {
    await using db = await testDatabase();
    await using services = testServices(db);
    const user = await ensureUser(db.pool, 'anna', 'admin');
    const { token } = await createLoginToken(db.pool, {
      userId: user.id,
      role: 'admin',
      createdBy: 'first start',
    });
    const cookies = { token: null as string | null };
    const client = operationsAs(services, 'public', cookies);
    expect(await client.system.login({ token })).toEqual({ name: 'anna', role: 'admin' });
    const session = cookies.token;
    expect(await actorOf(services, session)).toMatchObject({ name: 'anna', role: 'admin' });
    await expect(client.system.login({ token })).rejects.toMatchObject(refused);
    expect(await client.system.logout()).toEqual({ ended: true });
    expect(cookies.token).toBeNull();
    expect(await actorOf(services, session)).toEqual({ name: null, role: 'public' });
    const { rows } = await db.pool.query(
      'select user_session::text as session, login_token::text as login from user_session, login_token',
    );
    expect(JSON.stringify(rows)).not.toMatch(new RegExp(`${token}|${session}`));
  });

  test('a token that ran out, or never was, is refused', async () => {
    await using db = await testDatabase();
    await using services = testServices(db);
    const client = operationsAs(services, 'public');
    const user = await ensureUser(db.pool, 'anna', 'admin');
    const wanted = { userId: user.id, role: 'admin' as const, createdBy: 'x', lifeMs: -1 };
    const { token } = await createLoginToken(db.pool, wanted);
    await expect(client.system.login({ token })).rejects.toMatchObject(refused);
    await expect(client.system.login({ token: `' or true --` })).rejects.toMatchObject(refused);
  });

  test('a link for another browser carries no more than asked for', async () => {
    await using db = await testDatabase();
    await using services = testServices(db);
    const { url } = await operationsAs(services, 'admin').system.loginLink({ role: 'viewer' });
    const token = /^http:\/\/127\.0\.0\.1:4000\/console\/login#token=(.+)$/.exec(url)?.[1];
    const entered = await operationsAs(services, 'public').system.login({ token: token! });
    expect(entered).toEqual({ name: 'the admin', role: 'viewer' });
  });
});
