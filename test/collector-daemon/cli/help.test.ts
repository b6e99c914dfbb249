import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { buildProgram } from '../../../collector-daemon/cli/program.ts';

const program = buildProgram({
  env: {},
  signal: new AbortController().signal,
  print: () => {},
  warn: () => {},
});

/** What `--help` prints, the text after it included. */
function helpOf(command: Command): string {
  let text = '';
  command.configureOutput({ writeOut: (part) => (text += part) }).outputHelp();
  return text;
}

test('the program tells of settings, exit statuses and first steps', () => {
  const text = helpOf(program);
  expect(text).toContain('nocturne config');
  expect(text).toContain('Exit status: 0');
  expect(text).toContain('Examples:\n  nocturne demo\n');
});

test('examples in helps are commands that there are', () => {
  const commands = program.commands.map((command) => command.name());
  const examples = [
    program,
    ...program.commands,
    ...program.commands.flatMap((one) => one.commands),
  ]
    .flatMap((command) => helpOf(command).split('\n'))
    .flatMap((line) => /^ {2}(?:\S+=\S+ )*nocturne (\S+)/.exec(line)?.[1] ?? []);
  expect(examples.length).toBeGreaterThan(15);
  expect(examples.filter((name) => !commands.includes(name))).toEqual([]);
});

test.each(['demo', 'collector', 'migrate', 'device', 'simulate', 'import'])(
  '%s --help shows examples',
  (name) => {
    const command = program.commands.find((one) => one.name() === name)!;
    expect(helpOf(command)).toMatch(/\nExamples:\n {2}\S/);
  },
);
