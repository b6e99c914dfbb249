import { describe, expect, test } from 'vitest';
import { actorOf } from '../../../service/operations/login.ts';
import { createLoginToken, logIn } from '../../../service/store/people/login.ts';
import { ensureUser, type UserRole } from '../../../service/store/people/user.ts';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { operationsAs, testServices } from '../../support/operation-client.ts';

async function logInAs(db: TestDatabase, name: string, role: UserRole, atMost = role) {
  const { id: userId } = await ensureUser(db.pool, name, role);
  const { token } = await createLoginToken(db.pool, { userId, role: atMost, createdBy: 'test' });
  return { userId, session: (await logIn(db.pool, token, 'a browser')).sessionToken };
}

async function audited({ pool }: TestDatabase): Promise<unknown[]> {
  const { rows } = await pool.query(
    'select operation, actor, subject_id as subject, before, after from audit order by id',
  );
  return rows;
}

describe('people', () => {
  test('are added, listed, raised, lowered and let in no more, each in the audit log', async () => {
    await using db = await testDatabase();
    await using services = testServices(db);
    await ensureUser(db.pool, 'root', 'admin');
    const { people } = operationsAs(services, 'admin');
    const added = await people.add({ name: 'ann' });
    expect(added).toMatchObject({ name: 'ann', role: 'viewer', logins: 0, lastUsedAtMs: null });
    await expect(people.add({ name: 'ann' })).rejects.toMatchObject({ code: 'CONFLICT' });
    const { id } = added;
    expect(await people.setRole({ id, role: 'operator' })).toMatchObject({ role: 'operator' });
    expect((await people.list()).map(({ name, role }) => [name, role])).toEqual([
      ['ann', 'operator'],
      ['root', 'admin'],
    ]);
    await logInAs(db, 'ann', 'operator');
    expect(await people.disable({ id })).toEqual({ ended: 1 });
    expect((await people.list()).map(({ name }) => name)).toEqual(['root']);
    await expect(people.setRole({ id, role: 'viewer' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
      status: 404,
    });
    // The name is free again.
    expect((await people.add({ name: 'ann', role: 'viewer' })).id).not.toBe(id);
    expect(await audited(db)).toEqual([
      expect.objectContaining({
        operation: 'people.add',
        subject: 'ann',
        after: { role: 'viewer' },
      }),
      expect.objectContaining({
        operation: 'people.setRole',
        actor: 'the admin',
        before: { role: 'viewer' },
        after: { role: 'operator' },
      }),
      expect.objectContaining({
        operation: 'people.disable',
        before: { role: 'operator' },
        after: { ended: 1 },
      }),
      expect.objectContaining({ operation: 'people.add', subject: 'ann' }),
    ]);
  });

  test('the first one of an installation is its admin', async () => {
    await using db = await testDatabase();
    await using services = testServices(db);
    const { people } = operationsAs(services, 'admin');
    expect(await people.add({ name: 'ann' })).toMatchObject({ role: 'admin' });
    expect(await people.add({ name: 'bob' })).toMatchObject({ role: 'viewer' });
  });

  test('one admin stays, even where two lower each other at the same moment', async () => {
    await using db = await testDatabase();
    await using services = testServices(db);
    const { people } = operationsAs(services, 'admin');
    const ann = await people.add({ name: 'ann' });
    const only = {
      code: 'CONFLICT',
      message: expect.stringMatching(/^ann is the only admin/) as string,
    };
    await expect(people.setRole({ id: ann.id, role: 'viewer' })).rejects.toMatchObject(only);
    await expect(people.disable({ id: ann.id })).rejects.toMatchObject(only);
    const bob = await people.add({ name: 'bob', role: 'admin' });
    const both = await Promise.allSettled([
      people.setRole({ id: ann.id, role: 'viewer' }),
      people.disable({ id: bob.id }),
    ]);
    expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await people.list()).filter(({ role }) => role === 'admin')).toHaveLength(1);
  });

  test('get login links from an admin, with no more than they may', async () => {
    await using db = await testDatabase();
    await using services = testServices(db);
    await ensureUser(db.pool, 'root', 'admin');
    const { people } = operationsAs(services, 'admin');
    const { id } = await people.add({ name: 'ann', role: 'operator' });
    const tokenOf = ({ url }: { url: string }) => url.split('#token=')[1]!;
    const link = await people.loginLink({ id });
    expect((await logIn(db.pool, tokenOf(link))).role).toBe('operator');
    const less = await people.loginLink({ id, roleAtMost: 'viewer' });
    expect((await logIn(db.pool, tokenOf(less))).role).toBe('viewer');
    await expect(people.loginLink({ id, roleAtMost: 'admin' })).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      message: 'ann is operator: change that first, a link alone gives nobody more',
    });
    // What a link carries is settled when it is used, by what the person may then.
    const early = await people.loginLink({ id });
    await people.setRole({ id, role: 'viewer' });
    expect((await logIn(db.pool, tokenOf(early))).role).toBe('viewer');
  });
});

describe('what a login may do', () => {
  test('is what the person may at each call, in logins that are open, too', async () => {
    await using db = await testDatabase();
    await using services = testServices(db);
    await ensureUser(db.pool, 'root', 'admin');
    const { people } = operationsAs(services, 'admin');
    const { session, userId: id } = await logInAs(db, 'ann', 'admin');
    const little = await logInAs(db, 'ann', 'admin', 'operator');
    const roles = async () => [
      (await actorOf(services, session)).role,
      (await actorOf(services, little.session)).role,
    ];
    expect(await roles()).toEqual(['admin', 'operator']);
    await people.setRole({ id, role: 'viewer' });
    expect(await roles()).toEqual(['viewer', 'viewer']);
    // Consoles of the version before read this column alone.
    const { rows } = await db.pool.query('select distinct role from user_session');
    expect(rows).toEqual([{ role: 'viewer' }]);
    await people.setRole({ id, role: 'admin' });
    expect(await roles()).toEqual(['admin', 'operator']);
  });

  test('that began with a program of the version before is no more than then', async () => {
    await using db = await testDatabase();
    await using services = testServices(db);
    const { session } = await logInAs(db, 'ann', 'admin');
    await db.pool.query(`update user_session set role_at_most = null, role = 'viewer'`);
    expect(await actorOf(services, session)).toMatchObject({ name: 'ann', role: 'viewer' });
  });

  test('ends for a person who is let in no more, unused links included', async () => {
    await using db = await testDatabase();
    await using services = testServices(db);
    await ensureUser(db.pool, 'root', 'admin');
    const { session, userId } = await logInAs(db, 'ann', 'operator');
    const { people } = operationsAs(services, 'admin');
    const { url } = await people.loginLink({ id: userId });
    await people.disable({ id: userId });
    expect(await actorOf(services, session)).toEqual({ name: null, role: 'public' });
    await people.add({ name: 'ann', role: 'operator' });
    await expect(logIn(db.pool, url.split('#token=')[1]!)).rejects.toMatchObject({
      code: 'LOGIN_REQUIRED',
    });
  });
});

describe('logins', () => {
  test('are listed with their browser, without anything that lets one in', async () => {
    await using db = await testDatabase();
    await using services = testServices(db);
    const { session, userId } = await logInAs(db, 'ann', 'viewer');
    const sessions = await operationsAs(services, 'admin').people.sessions();
    expect(sessions).toEqual([
      {
        id: expect.any(String) as string,
        personId: userId,
        name: 'ann',
        role: 'viewer',
        startedAtMs: expect.any(Number) as number,
        expiresAtMs: expect.any(Number) as number,
        lastUsedAtMs: expect.any(Number) as number,
        client: 'a browser',
        own: false,
      },
    ]);
    expect(JSON.stringify(sessions)).not.toContain(session);
  });

  test('are ended one by one, or all of a person, links that were not used included', async () => {
    await using db = await testDatabase();
    await using services = testServices(db);
    const { people } = operationsAs(services, 'admin');
    const one = await logInAs(db, 'ann', 'viewer');
    const other = await logInAs(db, 'ann', 'viewer');
    const [newest] = await people.sessions();
    expect(await people.endSession({ id: newest!.id })).toEqual({ ended: true });
    expect(await people.endSession({ id: newest!.id })).toEqual({ ended: false });
    const left = [one, other].map(({ session }) => actorOf(services, session));
    expect((await Promise.all(left)).map(({ name }) => name)).toEqual(['ann', null]);
    const { url } = await people.loginLink({ id: one.userId });
    expect(await people.endSessions({ id: one.userId })).toEqual({ ended: 1 });
    expect(await people.sessions()).toEqual([]);
    await expect(logIn(db.pool, url.split('#token=')[1]!)).rejects.toThrow(/used already or has/);
    expect((await audited(db)).slice(-1)).toEqual([
      expect.objectContaining({
        operation: 'people.endSessions',
        subject: 'ann',
        before: { ended: 1 },
      }),
    ]);
  });

  test('take the links with them that were made in them', async () => {
    await using db = await testDatabase();
    await using services = testServices(db);
    const { session } = await logInAs(db, 'ann', 'admin');
    const actor = await actorOf(services, session);
    const cookies = { token: session as string | null };
    const own = operationsAs(services, 'admin', cookies, actor);
    const tokens = [];
    for (let made = 0; made < 2; made += 1) {
      tokens.push((await own.system.loginLink({ role: 'viewer' })).url.split('#token=')[1]!);
    }
    expect((await logIn(db.pool, tokens[0]!)).role).toBe('viewer');
    expect(await own.system.logout()).toEqual({ ended: true });
    await expect(logIn(db.pool, tokens[1]!)).rejects.toMatchObject({ code: 'LOGIN_REQUIRED' });
    expect((await audited(db)).at(-1)).toMatchObject({ operation: 'system.logout', actor: 'ann' });
  });

  test('run out by the database’s clock', async () => {
    await using db = await testDatabase();
    await using services = testServices(db);
    const { session } = await logInAs(db, 'ann', 'viewer');
    expect((await actorOf(services, session)).name).toBe('ann');
    await db.pool.query(`update user_session set expires_at = now()`);
    expect((await actorOf(services, session)).name).toBeNull();
    expect(await operationsAs(services, 'admin').people.sessions()).toEqual([]);
  });
});
