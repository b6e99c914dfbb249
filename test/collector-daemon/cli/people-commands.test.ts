import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { addTokenCommands } from '../../../collector-daemon/cli/token-command.ts';
import { addUserCommands } from '../../../collector-daemon/cli/user-command.ts';
import { actorOf } from '../../../service/operations/login.ts';
import { createLoginToken, logIn } from '../../../service/store/people/login.ts';
import { ensureUser } from '../../../service/store/people/user.ts';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { dataFolder } from '../../support/demo-process.ts';
import { testServices } from '../../support/operation-client.ts';
import { commandsUnder } from '../../support/operations-commands.ts';

interface Place extends AsyncDisposable {
  readonly db: TestDatabase;
  /** What it prints, and what it says beside that. */
  run(...args: string[]): Promise<{ readonly printed: string; readonly warned: string }>;
}

async function place(): Promise<Place> {
  const stack = new AsyncDisposableStack();
  const db = stack.use(await testDatabase());
  const { path: dataDir } = stack.use(await dataFolder());
  return {
    db,
    async run(...args) {
      const printed: string[] = [];
      const warned: string[] = [];
      const program = new Command().exitOverride().configureOutput({ writeErr: () => {} });
      const context = {
        env: {
          DATABASE_URL: db.url,
          NOCTURNE_DATA_DIR: dataDir,
          NOCTURNE_PUBLIC_URL: 'https://noc.example',
        },
        print: (text: string) => printed.push(text),
        warn: (text: string) => warned.push(text),
        signal: AbortSignal.timeout(60_000),
      };
      addUserCommands(program, context);
      addTokenCommands(program, context);
      await program.parseAsync(args, { from: 'user' });
      return { printed: printed.join('\n'), warned: warned.join('\n') };
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

async function logInAs({ db }: Place, name: string) {
  const { id, role } = await ensureUser(db.pool, name, 'viewer');
  const { token } = await createLoginToken(db.pool, { userId: id, role, createdBy: 'test' });
  return (await logIn(db.pool, token, 'Firefox')).sessionToken;
}

describe('"nocturne user"', () => {
  test('lists, raises, lowers and ends', async () => {
    await using at = await place();
    await using services = testServices(at.db);
    expect((await at.run('user', 'list')).printed).toMatch(/^nobody yet; let somebody in with/);
    expect((await at.run('user', 'add', 'root')).printed).toBe('added root, admin');
    expect((await at.run('user', 'add', 'ann')).printed).toBe('added ann, viewer');
    expect((await at.run('user', 'role', 'ann', 'operator')).printed).toBe(
      'ann is operator from now on',
    );
    const session = await logInAs(at, 'ann');
    const list = (await at.run('user', 'list')).printed;
    expect(list).toMatch(/^NAME +ROLE +LOGINS +LAST SEEN +SINCE$/m);
    expect(list).toMatch(/^ann +operator +1 +\d{4}-/m);
    expect(JSON.parse((await at.run('user', 'list', '--json')).printed)).toHaveLength(2);
    const sessions = (await at.run('user', 'sessions', 'ann')).printed;
    const id = /^ann +operator .* ([0-9a-f-]{36}) +Firefox$/m.exec(sessions)![1]!;
    expect((await at.run('user', 'revoke', id)).printed).toBe('ended that login');
    await expect(at.run('user', 'revoke', id)).rejects.toThrow(
      `no login with the id ${id} is open`,
    );
    expect((await actorOf(services, session)).name).toBeNull();
    await logInAs(at, 'ann');
    expect((await at.run('user', 'revoke', 'ann')).printed).toBe('ended 1 logins of ann');
    await logInAs(at, 'ann');
    expect((await at.run('user', 'disable', 'ann')).printed).toBe(
      'ann is let in no more; 1 logins ended',
    );
    expect((await at.run('user', 'sessions')).printed).toBe('nobody is logged in');
  });

  test('says what it cannot do', async () => {
    await using at = await place();
    await at.run('user', 'add', 'root');
    await expect(at.run('user', 'role', 'eve', 'admin')).rejects.toThrow(
      'there is nobody named "eve"; "nocturne user list" shows all',
    );
    await expect(at.run('user', 'role', 'root', 'boss')).rejects.toThrow(/Allowed choices are/);
    await expect(at.run('user', 'disable', 'root')).rejects.toThrow(/^root is the only admin/);
    await expect(at.run('user', 'add', 'root')).rejects.toThrow(/somebody named "root" already/);
    await expect(at.run('user', 'add', 'a\u0000')).rejects.toThrow(/^the name .* is not valid/);
  });
});

describe('"nocturne token"', () => {
  test('prints a token alone, lists it without, and revokes it', async () => {
    await using at = await place();
    await using services = testServices(at.db);
    expect((await at.run('token', 'list')).printed).toMatch(/^no tokens; make one with/);
    const made = await at.run('token', 'create', 'wall-1', '--expires', 'never');
    expect(made.printed).toMatch(/^nct_[\w-]{43}$/);
    expect(made.warned).toBe('wall-1 is viewer until it is revoked; its token is shown this once:');
    expect(await actorOf(services, made.printed)).toMatchObject({ role: 'viewer' });
    const list = (await at.run('token', 'list')).printed;
    expect(list).toMatch(/^wall-1 +nct_.{4} +viewer +\d{4}-\S+ \S+ +it is revoked +\w+$/m);
    expect(list).not.toContain(made.printed);
    expect(JSON.parse((await at.run('token', 'list', '--json')).printed)).toHaveLength(1);
    expect((await at.run('token', 'revoke', 'wall-1')).printed).toBe('revoked wall-1');
    expect((await actorOf(services, made.printed)).name).toBeNull();
    await expect(at.run('token', 'revoke', 'wall-1')).rejects.toThrow(
      'there is no token named "wall-1"; "nocturne token list" shows all',
    );
  });

  test.each([
    ['90d', 90],
    ['12h', 0.5],
    ['3650d', 3_650],
  ])('--expires %s', async (text, days) => {
    await using at = await place();
    await at.run('token', 'create', 'a', '--role', 'operator', '--expires', text);
    const { rows } = await at.db.pool.query(
      `select role, extract(epoch from expires_at - created_at)::float8 / 86400 as days from api_token`,
    );
    expect(rows).toEqual([{ role: 'operator', days }]);
  });

  test.each(['0d', '3651d', '1w', '-1d', 'soon', ''])('--expires %j is refused', async (text) => {
    await using at = await place();
    await expect(at.run('token', 'create', 'a', '--expires', text)).rejects.toThrow(
      /Expected days or hours as in 90d and 12h/,
    );
  });
});

test('what docs/operations.md says of people and tokens can be typed as it stands there', async () => {
  await using at = await place();
  await at.run('user', 'add', 'root');
  const lines = [
    ...(await commandsUnder('Letting people in')),
    ...(await commandsUnder('Tokens for programs and wall boards')),
  ].flatMap((block) => block.trim().split('\n'));
  expect(lines.length).toBeGreaterThan(6);
  for (const line of lines) {
    const [program, ...args] = line.replace(/ +#.*$/, '').split(/ +/);
    expect(program).toBe('nocturne');
    await expect(at.run(...args)).resolves.toBeDefined();
  }
});
