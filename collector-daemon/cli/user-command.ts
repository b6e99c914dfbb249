/** `nocturne user`: login links. There are no passwords: a link is opened once, in one browser. */
import { type Command, Option } from 'commander';
import { createLoginToken } from '../../service/store/people/login.ts';
import { loginUrl } from '../../service/operations/login.ts';
import { ensureUser, type UserRole } from '../../service/store/people/user.ts';
import { readEnvironment } from '../config.ts';
import type { CommandContext } from './command-context.ts';
import { openLocalOperations } from './local-operations.ts';

const userRoles: readonly UserRole[] = ['viewer', 'operator', 'admin'];

export function addUserCommands(program: Command, context: CommandContext): void {
  program
    .command('user')
    .description('let people in')
    .command('login-link [name]')
    .alias('link')
    .description('print a link that logs a person in once, within 15 minutes')
    .addOption(
      new Option('--role <role>', 'what the person may do').choices(userRoles).default('admin'),
    )
    .action(async (name: string | undefined, { role }: { role: UserRole }) => {
      await using operations = await openLocalOperations(context);
      const { HOST, PORT, NOCTURNE_PUBLIC_URL } = readEnvironment(context.env);
      const user = await ensureUser(operations.pool, name ?? operations.actor, role);
      const createdBy = operations.actor;
      const { token } = await createLoginToken(operations.pool, {
        userId: user.id,
        role,
        createdBy,
      });
      context.print(loginUrl(NOCTURNE_PUBLIC_URL ?? `http://${HOST}:${PORT}`, token));
    });
}
