/** `nocturne user`: who may log in, as what, and who is in. There are no passwords: a link is opened once, in one browser. */
import { Argument, type Command, Option } from 'commander';
import { nameField } from '../../core/contract/fields.ts';
import { type Person, personRoles, type PersonRole } from '../../core/contract/people.ts';
import { NocturneError } from '../../core/errors.ts';
import { issueLoginToken, loginUrl } from '../../service/operations/login.ts';
import { readEnvironment } from '../config.ts';
import { findConsoles } from '../console-address.ts';
import type { CommandContext } from './command-context.ts';
import { dataDirOf, type LocalOperations, openLocalOperations } from './local-operations.ts';
import { loginsListing, peopleListing } from './people-listing.ts';

const examples = `
Somebody new is a viewer; the very first person of an installation is its admin. What a person may do changes at once, in
logins that are open, too.

Examples:
  nocturne user login-link ann
  nocturne user role ann operator
  nocturne user sessions
  nocturne user revoke ann             ends all logins of ann
  nocturne user disable ann            and lets her in no more`;

export function addUserCommands(program: Command, context: CommandContext): void {
  const user = program
    .command('user')
    .description('let people in, say what they may do, end their logins')
    .addHelpText('after', examples);
  addLoginLink(user, context);
  user
    .command('list')
    .description('people who may log in')
    .option('--json', 'as JSON')
    .action(({ json }: { json?: true }) =>
      withOperations(context, async ({ client }) => {
        const people = await client.people.list();
        context.print(json === true ? JSON.stringify(people, null, 2) : peopleListing(people));
      }),
    );
  user
    .command('add <name>')
    .description('add a person, before the first login')
    .addOption(new Option('--role <role>', 'what the person may do').choices(personRoles))
    .action((name: string, { role }: { role?: PersonRole }) =>
      withOperations(context, async ({ client }) => {
        const given = role === undefined ? {} : { role };
        const added = await client.people.add({ name: personName(name), ...given });
        context.print(`added ${added.name}, ${added.role}`);
      }),
    );
  user
    .command('role')
    .addArgument(new Argument('<name>'))
    .addArgument(new Argument('<role>').choices(personRoles))
    .description('change what a person may do, at once')
    .action((name: string, role: PersonRole) =>
      withOperations(context, async (operations) => {
        const { id } = await findPerson(operations, name);
        const changed = await operations.client.people.setRole({ id, role });
        context.print(`${changed.name} is ${changed.role} from now on`);
      }),
    );
  user
    .command('disable <name>')
    .description('let a person in no more, and end all logins')
    .action((name: string) =>
      withOperations(context, async (operations) => {
        const { id } = await findPerson(operations, name);
        const { ended } = await operations.client.people.disable({ id });
        context.print(`${name} is let in no more; ${ended} logins ended`);
      }),
    );
  addSessionCommands(user, context);
}

function addSessionCommands(user: Command, context: CommandContext): void {
  user
    .command('sessions [name]')
    .description('logins that are open')
    .option('--json', 'as JSON')
    .action((name: string | undefined, { json }: { json?: true }) =>
      withOperations(context, async ({ client }) => {
        const all = await client.people.sessions();
        const shown = name === undefined ? all : all.filter((one) => one.name === name);
        context.print(json === true ? JSON.stringify(shown, null, 2) : loginsListing(shown));
      }),
    );
  user
    .command('revoke <name-or-id>')
    .description('end all logins of a person, or one login by its id')
    .action((wanted: string) =>
      withOperations(context, async (operations) => {
        const { client } = operations;
        if (uuid.test(wanted)) {
          const { ended } = await client.people.endSession({ id: wanted });
          if (ended) return context.print('ended that login');
          throw new NocturneError(
            'NOT_FOUND',
            `no login with the id ${wanted} is open; "nocturne user sessions" shows all`,
          );
        }
        const { id } = await findPerson(operations, wanted);
        const { ended } = await client.people.endSessions({ id });
        return context.print(`ended ${ended} logins of ${wanted}`);
      }),
    );
}

function addLoginLink(user: Command, context: CommandContext): void {
  user
    .command('login-link [name]')
    .alias('link')
    .description('print a link that logs a person in once, within 15 minutes')
    .addOption(
      new Option(
        '--role <role>',
        'what the login may do at most (default: what the person may); of somebody new, the person',
      ).choices(personRoles),
    )
    .addHelpText(
      'after',
      `
The name is yours when left out. The link leads to the node that runs on this machine, or to NOCTURNE_PUBLIC_URL.

Examples:
  nocturne user login-link
  nocturne user login-link ann --role viewer
  NOCTURNE_PUBLIC_URL=https://noc.example nocturne user login-link ann`,
    )
    .action((name: string | undefined, { role }: { role?: PersonRole }) =>
      withOperations(context, async (operations) => {
        const { pool, actor } = operations;
        const addresses = await consoleAddresses(context, operations);
        const wanted = { name: personName(name ?? actor), role, actor };
        const { token, person, isNew } = await issueLoginToken(pool, wanted);
        if (isNew) context.warn(newcomer(person));
        for (const address of addresses) context.print(loginUrl(address, token));
      }),
    );
}

function newcomer({ name, role }: Pick<Person, 'name' | 'role'>): string {
  const change = role === 'admin' ? '' : `; "nocturne user role ${name} operator" gives more`;
  return `${name} is new here, as ${role}${change}`;
}

async function withOperations(
  context: CommandContext,
  run: (operations: LocalOperations) => Promise<void>,
): Promise<void> {
  await using operations = await openLocalOperations(context);
  await run(operations);
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** @throws NocturneError INPUT_INVALID */
function personName(text: string): string {
  const parsed = nameField.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new NocturneError(
    'INPUT_INVALID',
    `the name ${JSON.stringify(text)} is not valid: expected 1 to 255 characters, none of them a control character`,
  );
}

/** @throws NocturneError NOT_FOUND */
async function findPerson({ client }: LocalOperations, name: string): Promise<Person> {
  const found = (await client.people.list()).find((one) => one.name === name);
  if (found !== undefined) return found;
  throw new NocturneError(
    'NOT_FOUND',
    `there is nobody named "${name}"; "nocturne user list" shows all`,
  );
}

/** Where the link leads. What is not known is assumed, and said. */
async function consoleAddresses(
  { env, warn }: CommandContext,
  { pool }: LocalOperations,
): Promise<readonly string[]> {
  const { HOST, PORT, NOCTURNE_PUBLIC_URL } = readEnvironment(env);
  if (NOCTURNE_PUBLIC_URL !== undefined) return [NOCTURNE_PUBLIC_URL.replace(/\/+$/, '')];
  const dataDir = dataDirOf(env);
  const consoles = await findConsoles(dataDir, pool.databaseUrl);
  if (consoles.length === 0) {
    const assumed = `http://${HOST}:${PORT}`;
    warn(
      `no console runs on the data folder ${dataDir}, so the link assumes ${assumed}; set NOCTURNE_PUBLIC_URL to where people reach it`,
    );
    return [assumed];
  }
  if (consoles.length > 1) {
    const names = consoles.map(({ node }) => node).join(', ');
    warn(`${consoles.length} nodes run here (${names}); one of these links may be opened, once`);
  }
  return consoles.map(({ publicUrl }) => publicUrl);
}
