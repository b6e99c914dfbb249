/** All commands of `nocturne`. */
import { Command } from 'commander';
import { version } from '../version.ts';
import { addCollectorCommand } from './collector-command.ts';
import type { CommandContext } from './command-context.ts';
import { addConfigurationCommands } from './configuration-commands.ts';
import { addConfigCommand } from './config-command.ts';
import { addDemoCommand } from './demo-command.ts';
import { addDeviceCommands } from './device-command.ts';
import { addDoctorCommand } from './doctor-command.ts';
import { addKeysCommands } from './keys-command.ts';
import { addMigrateCommand } from './migrate-command.ts';
import { addSimulateCommand } from './simulate-command.ts';
import { addTokenCommands } from './token-command.ts';
import { addUserCommands } from './user-command.ts';

const closingWords = `
Settings come from the environment; "nocturne config" shows them all. While a demo runs on this machine, commands find
its database by themselves.

Exit status: 0 when done or stopped in order, 1 when something went wrong (one sentence says what, on standard error),
130 when told to stop a second time. LOG_LEVEL=debug shows where an error came from.

Examples:
  nocturne demo
  nocturne device add leaf-07 192.0.2.7 --tls-ca ca.pem --username noc --password-stdin < password.txt
  NODE_ROLE=collector DATABASE_URL=postgres://… nocturne collector --migrate`;

export function buildProgram(context: CommandContext): Command {
  const program = new Command('nocturne')
    .description('streaming network telemetry: collect, store, see')
    .version(version)
    .enablePositionalOptions()
    .showHelpAfterError('(see --help)')
    .configureHelp({ showGlobalOptions: false })
    .addHelpText('after', closingWords);
  addDemoCommand(program, context);
  addCollectorCommand(program, context);
  addMigrateCommand(program, context);
  addDeviceCommands(program, context);
  addUserCommands(program, context);
  addTokenCommands(program, context);
  addKeysCommands(program, context);
  addSimulateCommand(program, context);
  addConfigurationCommands(program, context);
  addDoctorCommand(program, context);
  addConfigCommand(program, context);
  program
    .command('bench')
    .description('measure this program on this machine')
    .argument('[words...]')
    .helpOption(false)
    .allowUnknownOption()
    .passThroughOptions()
    .action(async (words: readonly string[]) => {
      // Nobody else should load what only measures.
      const { buildBench } = await import('../../bench/cli/bench-command.ts');
      await buildBench(context).parseAsync(words, { from: 'user' });
    });
  return program;
}
