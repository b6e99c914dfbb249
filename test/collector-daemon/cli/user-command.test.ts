import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { addUserCommands } from '../../../collector-daemon/cli/user-command.ts';
import { announceConsole } from '../../../collector-daemon/console-address.ts';
import { logIn } from '../../../service/store/people/login.ts';
import { ensureUser } from '../../../service/store/people/user.ts';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { dataFolder } from '../../support/demo-process.ts';

interface Place extends AsyncDisposable {
  readonly db: TestDatabase;
  readonly dataDir: string;
  /** What the command prints, and what it warns of. */
  run(args: readonly string[], env?: Record<string, string>): Promise<Said>;
}

interface Said {
  readonly links: readonly string[];
  readonly warnings: readonly string[];
}

async function place(): Promise<Place> {
  const stack = new AsyncDisposableStack();
  const db = stack.use(await testDatabase());
  const { path: dataDir } = stack.use(await dataFolder());
  return {
    db,
    dataDir,
    async run(args, env = {}) {
      const said = { links: [] as string[], warnings: [] as string[] };
      const program = new Command();
      addUserCommands(program, {
        env: { DATABASE_URL: db.url, NOCTURNE_DATA_DIR: dataDir, ...env },
        print: (text) => said.links.push(text),
        warn: (text) => said.warnings.push(text),
        signal: AbortSignal.timeout(60_000),
      });
      await program.parseAsync(['user', 'login-link', ...args], { from: 'user' });
      return said;
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

const isNew = 'ann is new here, as admin';

const linkTo = (address: string) =>
  expect.stringMatching(
    new RegExp(`^${address.replaceAll('.', '\\.')}/console/login#token=[\\w-]{43}$`),
  ) as string;

/** The role of the session that a link begins. */
async function roleOf({ db }: Place, link: string | undefined): Promise<string> {
  return (await logIn(db.pool, link!.split('#token=')[1]!)).role;
}

describe('a login link', () => {
  test('leads to the node that runs here, wherever that listens', async () => {
    await using at = await place();
    await using _console = await announceConsole(at.dataDir, at.db.url, {
      node: 'node-a',
      publicUrl: 'http://127.0.0.1:18811',
    });
    expect(await at.run(['ann'])).toEqual({
      links: [linkTo('http://127.0.0.1:18811')],
      warnings: [isNew],
    });
  });

  test('is printed for each of several nodes', async () => {
    await using at = await place();
    const consoles = ['http://127.0.0.1:4001', 'http://127.0.0.1:4002'];
    await using stack = new AsyncDisposableStack();
    for (const [index, publicUrl] of consoles.entries()) {
      stack.use(await announceConsole(at.dataDir, at.db.url, { node: `n${index}`, publicUrl }));
    }
    expect(await at.run(['ann'])).toEqual({
      links: consoles.map(linkTo),
      warnings: ['2 nodes run here (n0, n1); one of these links may be opened, once', isNew],
    });
  });

  test('says what it assumes where no console runs, or one of another database', async () => {
    await using at = await place();
    await using _other = await announceConsole(at.dataDir, 'postgres://n@db.example/other', {
      node: 'node-b',
      publicUrl: 'http://127.0.0.1:18811',
    });
    expect(await at.run(['ann'], { PORT: '4123' })).toEqual({
      links: [linkTo('http://127.0.0.1:4123')],
      warnings: [expect.stringContaining('the link assumes http://127.0.0.1:4123'), isNew],
    });
  });

  test('leads to the public address where that is set', async () => {
    await using at = await place();
    const env = { NOCTURNE_PUBLIC_URL: 'https://noc.example/' };
    expect(await at.run(['ann'], env)).toEqual({
      links: [linkTo('https://noc.example')],
      warnings: [isNew],
    });
  });

  test('makes the first one of an installation its admin, and everybody after a viewer', async () => {
    await using at = await place();
    const env = { NOCTURNE_PUBLIC_URL: 'https://noc.example' };
    const first = await at.run(['ann'], env);
    expect(first.warnings).toEqual(['ann is new here, as admin']);
    expect(await roleOf(at, first.links[0])).toBe('admin');
    const second = await at.run(['bob'], env);
    expect(second.warnings).toEqual([
      'bob is new here, as viewer; "nocturne user role bob operator" gives more',
    ]);
    expect(await roleOf(at, second.links[0])).toBe('viewer');
    expect(await roleOf(at, (await at.run(['eve', '--role', 'admin'], env)).links[0])).toBe(
      'admin',
    );
  });

  test('carries what the person may do, or less where that is asked for, never more', async () => {
    await using at = await place();
    await ensureUser(at.db.pool, 'ann', 'admin');
    await ensureUser(at.db.pool, 'vic', 'viewer');
    const env = { NOCTURNE_PUBLIC_URL: 'https://noc.example' };
    expect(await roleOf(at, (await at.run(['vic'], env)).links[0])).toBe('viewer');
    const less = await at.run(['ann', '--role', 'viewer'], env);
    expect(await roleOf(at, less.links[0])).toBe('viewer');
    await expect(at.run(['vic', '--role', 'operator'], env)).rejects.toThrow(
      'vic is viewer: change that first ("nocturne user role vic operator"), a link alone gives nobody more',
    );
  });

  test('stands in the audit log without its token', async () => {
    await using at = await place();
    const { links } = await at.run(['ann'], { NOCTURNE_PUBLIC_URL: 'https://noc.example' });
    const { rows } = await at.db.pool.query<{ subject: string; after: unknown }>(
      `select subject_id as subject, after from audit where operation = 'system.loginLink'`,
    );
    expect(rows).toEqual([
      { subject: 'ann', after: expect.objectContaining({ role: 'admin' }) as object },
    ]);
    expect(JSON.stringify(rows)).not.toContain(links[0]!.split('#token=')[1]);
  });

  test('is for a name that can be read', async () => {
    await using at = await place();
    await expect(at.run([''])).rejects.toThrow('the name "" is not valid');
    await expect(at.run(['a\u001b[2J'])).rejects.toThrow(/^the name .* is not valid/);
  });
});
