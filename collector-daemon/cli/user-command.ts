/** `nocturne user`: login links. There are no passwords: a link is opened once, in one browser. */
import { type Command, Option } from 'commander';
import { nameField } from '../../core/contract/fields.ts';
import { NocturneError } from '../../core/errors.ts';
import { issueLoginToken, loginUrl } from '../../service/operations/login.ts';
import { findUser, type UserRole } from '../../service/store/people/user.ts';
import { readEnvironment } from '../config.ts';
import { findConsoles } from '../console-address.ts';
import type { CommandContext } from './command-context.ts';
import { dataDirOf, type LocalOperations, openLocalOperations } from './local-operations.ts';

const userRoles: readonly UserRole[] = ['viewer', 'operator', 'admin'];

export function addUserCommands(program: Command, context: CommandContext): void {
  program
    .command('user')
    .description('let people in')
    .command('login-link [name]')
    .alias('link')
    .description('print a link that logs a person in once, within 15 minutes')
    .addOption(
      new Option(
        '--role <role>',
        'what the person may do in that session (default: what the person may; admin for somebody new)',
      ).choices(userRoles),
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
    .action(async (name: string | undefined, options: { role?: UserRole }) => {
      await using operations = await openLocalOperations(context);
      const addresses = await consoleAddresses(context, operations);
      const person = personName(name ?? operations.actor);
      const { token } = await issue(operations, person, options.role);
      for (const address of addresses) context.print(loginUrl(address, token));
    });
}

/** @throws NocturneError INPUT_INVALID */
function personName(text: string): string {
  const parsed = nameField.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new NocturneError(
    'INPUT_INVALID',
    `the name ${JSON.stringify(text)} is not valid: expected 1 to 255 characters, none of them a control character`,
  );
}

async function issue(
  { pool, actor }: LocalOperations,
  name: string,
  asked: UserRole | undefined,
): Promise<{ token: string }> {
  const role = asked ?? (await findUser(pool, name))?.role ?? 'admin';
  return issueLoginToken(pool, { name, role, actor });
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
