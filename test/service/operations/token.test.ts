import { describe, expect, test } from 'vitest';
import { actorOf } from '../../../service/operations/login.ts';
import { testDatabase } from '../../support/database.ts';
import { operationsAs, testServices } from '../../support/operation-client.ts';

describe('an API token', () => {
  test('is shown once, recognised by how it begins, and kept as a hash', async () => {
    await using db = await testDatabase();
    await using services = testServices(db);
    const { token } = operationsAs(services, 'admin');
    const made = await token.create({ name: 'wall-1' });
    expect(made).toMatchObject({ name: 'wall-1', role: 'viewer', createdBy: 'the admin' });
    expect(made.token).toMatch(/^nct_[\w-]{43}$/);
    expect(made.token.startsWith(made.hint)).toBe(true);
    const { token: _token, ...rest } = made;
    expect(await token.list()).toEqual([rest]);
    const { rows } = await db.pool.query(
      'select api_token::text as token, audit::text as audit from api_token, audit',
    );
    expect(JSON.stringify(rows)).not.toContain(made.token.slice(8));
    expect(await actorOf(services, made.token)).toEqual({
      name: 'token wall-1',
      role: 'viewer',
      by: { token: made.id },
    });
    expect(await actorOf(services, `${made.token}x`)).toEqual({ name: null, role: 'public' });
  });

  test('ends when it is revoked, and its name is free again', async () => {
    await using db = await testDatabase();
    await using services = testServices(db);
    const { token } = operationsAs(services, 'admin');
    const made = await token.create({ name: 'sync', role: 'operator' });
    await expect(token.create({ name: 'sync' })).rejects.toMatchObject({
      code: 'CONFLICT',
      message: 'there is a token named "sync" already: revoke it first, or choose another name',
    });
    await token.revoke({ id: made.id });
    expect(await actorOf(services, made.token)).toMatchObject({ name: null });
    await expect(token.revoke({ id: made.id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await token.create({ name: 'sync' });
    const { rows } = await db.pool.query('select operation, before, after from audit order by id');
    expect(rows).toMatchObject([
      { operation: 'token.create', after: { name: 'sync', role: 'operator' } },
      { operation: 'token.revoke', before: { name: 'sync', role: 'operator' } },
      { operation: 'token.create' },
    ]);
  });

  test('runs out by the database’s clock, or never', async () => {
    await using db = await testDatabase();
    await using services = testServices(db);
    const { token } = operationsAs(services, 'admin');
    const day = await token.create({ name: 'day', expiresInDays: 1 });
    const ever = await token.create({ name: 'ever', expiresInDays: null });
    const year = await token.create({ name: 'year' });
    expect(day.expiresAtMs! - day.createdAtMs).toBe(86_400_000);
    expect(year.expiresAtMs! - year.createdAtMs).toBe(365 * 86_400_000);
    expect(ever.expiresAtMs).toBeNull();
    await db.pool.query(`update api_token set expires_at = now() where name = 'day'`);
    expect(await actorOf(services, day.token)).toMatchObject({ name: null });
    expect(await actorOf(services, ever.token)).toMatchObject({ name: 'token ever' });
    const list = await token.list();
    expect(list.map(({ name, expired }) => [name, expired])).toEqual([
      ['day', true],
      ['ever', false],
      ['year', false],
    ]);
    await expect(token.create({ name: 'x', expiresInDays: 0 })).rejects.toMatchObject({
      code: 'INPUT_INVALID',
    });
  });

  test('says when it was used last, to the minute', async () => {
    await using db = await testDatabase();
    await using services = testServices(db);
    const { token } = operationsAs(services, 'admin');
    const made = await token.create({ name: 'a' });
    expect(made.lastUsedAtMs).toBeNull();
    const lastUsed = async () => (await token.list())[0]!.lastUsedAtMs;
    await actorOf(services, made.token);
    const first = await lastUsed();
    expect(first).not.toBeNull();
    await actorOf(services, made.token);
    expect(await lastUsed()).toBe(first);
    await db.pool.query(`update api_token set last_used_at = now() - interval '2 min'`);
    await actorOf(services, made.token);
    expect(await lastUsed()).toBeGreaterThanOrEqual(first!);
  });

  test('lets a wall board’s browser in for as long as it lasts, and makes no links', async () => {
    await using db = await testDatabase();
    await using services = testServices(db);
    const made = await operationsAs(services, 'admin').token.create({
      name: 'wall-1',
      role: 'admin',
    });
    const cookies = { token: null as string | null };
    const browser = operationsAs(services, 'public', cookies);
    expect(await browser.system.login({ token: made.token })).toEqual({
      name: 'token wall-1',
      role: 'admin',
    });
    expect(cookies.token).toBe(made.token);
    const actor = await actorOf(services, cookies.token);
    const wall = operationsAs(services, 'admin', cookies, actor);
    await expect(wall.system.loginLink({ role: 'admin' })).rejects.toMatchObject({
      code: 'FORBIDDEN',
      message: 'a token stands for nobody who could log in',
    });
    expect(await wall.system.logout()).toEqual({ ended: false });
    expect(cookies.token).toBeNull();
    expect((await actorOf(services, made.token)).name).toBe('token wall-1');
    await expect(browser.system.login({ token: 'nct_unknown' })).rejects.toMatchObject({
      code: 'LOGIN_REQUIRED',
      message: expect.stringMatching(
        /^this token is unknown, was revoked or has run out/,
      ) as string,
    });
  });
});
