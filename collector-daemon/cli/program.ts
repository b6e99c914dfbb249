/** All commands of `nocturne`. */
import { Command } from 'commander';
import { version } from '../version.ts';
import { addBenchCommands } from './bench-command.ts';
import { addCollectorCommand } from './collector-command.ts';
import type { CommandContext } from './command-context.ts';
import { addConfigurationCommands } from './configuration-commands.ts';
import { addConfigCommand } from './config-command.ts';
import { addDemoCommand } from './demo-command.ts';
import { addDeviceCommands } from './device-command.ts';
import { addDoctorCommand } from './doctor-command.ts';
import { addMigrateCommand } from './migrate-command.ts';
import { addSimulateCommand } from './simulate-command.ts';
import { addUserCommands } from './user-command.ts';

export function buildProgram(context: CommandContext): Command {
  const program = new Command('nocturne')
    .description('streaming network telemetry: collect, store, see')
    .version(version)
    .showHelpAfterError('(see --help)')
    .configureHelp({ showGlobalOptions: false });
  addDemoCommand(program, context);
  addCollectorCommand(program, context);
  addMigrateCommand(program, context);
  addDeviceCommands(program, context);
  addUserCommands(program, context);
  addSimulateCommand(program, context);
  addConfigurationCommands(program, context);
  addDoctorCommand(program, context);
  addConfigCommand(program, context);
  addBenchCommands(program, context);
  return program;
}
