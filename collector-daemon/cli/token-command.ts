/** `nocturne token`: how programs and wall boards come in. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { nameField } from '../../core/contract/fields.ts';
import { personRoles, type PersonRole } from '../../core/contract/people.ts';
import { NocturneError } from '../../core/errors.ts';
import type { CommandContext } from './command-context.ts';
import { type LocalOperations, openLocalOperations } from './local-operations.ts';
import { tokensListing } from './people-listing.ts';

const examples = `
A program sends its token with each request, as the header "Authorization: Bearer nct_…": to the REST operations (/docs),
the console's protocol and its WebSocket. The browser of a wall board opens /console/login#token=nct_… and stays in until
the token is revoked.

Examples:
  nocturne token create wall-board-1
  nocturne token create inventory-sync --role operator --expires 90d
  nocturne token revoke wall-board-1`;

interface CreateOptions {
  readonly role: PersonRole;
  /** days */
  readonly expires: number;
}

export function addTokenCommands(program: Command, context: CommandContext): void {
  const token = program
    .command('token')
    .description('API tokens for programs and wall boards: make, list, revoke')
    .addHelpText('after', examples);
  token
    .command('create <name>')
    .description('make a token and print it, this once')
    .addOption(new Option('--role <role>', 'what it may do').choices(personRoles).default('viewer'))
    .addOption(
      new Option('--expires <time>', 'in how many days (90d) or hours (12h) it ends, or never')
        .argParser(daysOf)
        .default(365, '365d'),
    )
    .action((name: string, { role, expires }: CreateOptions) =>
      withOperations(context, async ({ client }) => {
        const expiresInDays = expires === never ? null : expires;
        const wanted = { name: tokenName(name), role, expiresInDays };
        const made = await client.token.create(wanted);
        const until =
          made.expiresAtMs === null
            ? 'until it is revoked'
            : `until ${new Date(made.expiresAtMs).toISOString().slice(0, 16).replace('T', ' ')}Z`;
        context.warn(`${made.name} is ${made.role} ${until}; its token is shown this once:`);
        context.print(made.token);
      }),
    );
  token
    .command('list')
    .description('tokens that were not revoked')
    .option('--json', 'as JSON')
    .action(({ json }: { json?: true }) =>
      withOperations(context, async ({ client }) => {
        const tokens = await client.token.list();
        context.print(json === true ? JSON.stringify(tokens, null, 2) : tokensListing(tokens));
      }),
    );
  token
    .command('revoke <name-or-id>')
    .description('end a token, and what it is used for at this moment')
    .action((wanted: string) =>
      withOperations(context, async ({ client }) => {
        const found = (await client.token.list()).find(
          ({ id, name }) => name === wanted || id === wanted.toLowerCase(),
        );
        if (found === undefined) {
          throw new NocturneError(
            'NOT_FOUND',
            `there is no token named "${wanted}"; "nocturne token list" shows all`,
          );
        }
        await client.token.revoke({ id: found.id });
        context.print(`revoked ${found.name}`);
      }),
    );
}

async function withOperations(
  context: CommandContext,
  run: (operations: LocalOperations) => Promise<void>,
): Promise<void> {
  await using operations = await openLocalOperations(context);
  await run(operations);
}

/** @throws NocturneError INPUT_INVALID */
function tokenName(text: string): string {
  const parsed = nameField.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new NocturneError(
    'INPUT_INVALID',
    `the name ${JSON.stringify(text)} is not valid: expected 1 to 255 characters, none of them a control character`,
  );
}

/** Commander takes null for an option without a value. */
const never = Number.POSITIVE_INFINITY;

function daysOf(text: string): number {
  if (text === 'never') return never;
  const [, count, unit] = /^([1-9]\d{0,4})(d|h)$/.exec(text) ?? [];
  const days = Number(count) / (unit === 'h' ? 24 : 1);
  if (days > 0 && days <= 3_650) return days;
  throw new InvalidArgumentError(
    'Expected days or hours as in 90d and 12h (3650d at most), or never.',
  );
}
