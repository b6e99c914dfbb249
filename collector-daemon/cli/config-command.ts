/** `nocturne config`: what can be set, what is set, and the same list as the page of the documentation. */
import type { Command } from 'commander';
import { readEnvironment, variables } from '../config.ts';
import type { CommandContext } from './command-context.ts';
import { table } from './table.ts';

interface ShownVariable {
  readonly name: keyof typeof variables;
  readonly expected: string;
  readonly about: string;
  readonly secret: boolean;
  /** As text; null where there is none. */
  readonly fallback: string | null;
}

export function addConfigCommand(program: Command, context: CommandContext): void {
  program
    .command('config')
    .description('show every setting, its value here and its default')
    .option('--markdown', 'print the page docs/configuration.md')
    .action((options: { markdown?: true }) => {
      context.print(options.markdown === true ? configurationPage() : present(context.env));
    });
}

function shownVariables(): readonly ShownVariable[] {
  return Object.entries(variables).map(([name, variable]) => {
    const fallback = variable.schema.safeParse(undefined).data;
    return {
      name: name as keyof typeof variables,
      expected: variable.expected,
      about: variable.about,
      secret: 'secret' in variable,
      fallback: fallback === undefined ? null : String(fallback),
    };
  });
}

/** @throws NocturneError CONFIG_INVALID where a value is not valid */
function present(env: CommandContext['env']): string {
  const values = readEnvironment(env);
  const rows = shownVariables().map(({ name, secret, fallback }) => {
    const given = env[name] !== undefined && env[name] !== '';
    const value = values[name] === undefined ? '' : String(values[name]);
    return [
      name,
      given && secret ? '(set)' : value,
      given ? 'environment' : 'default',
      fallback ?? '',
    ];
  });
  return table(['VARIABLE', 'VALUE', 'FROM', 'DEFAULT'], rows);
}

/** Markdown; `test/docs` holds the page in the repository against it. */
export function configurationPage(): string {
  const rows = shownVariables().map(
    ({ name, fallback, expected, about }) =>
      `| \`${name}\` | ${fallback === null ? '–' : `\`${fallback}\``} | ${expected} | ${about} |`,
  );
  return `# Configuration

A node is configured by its environment alone (systemd: \`EnvironmentFile=\`). \`nocturne config\` shows what is set here.
A value that is not valid stops the start with one sentence a variable. An empty value counts as not set.

| variable | default | expected | what it does |
|---|---|---|---|
${rows.join('\n')}

This page is written by \`npx nocturne config --markdown\`.
`;
}
