/** `nocturne demo` (`npm start`). */
import type { Command } from 'commander';
import { type DemoOptions, runDemo } from '../demo/demo.ts';
import type { CommandContext } from './command-context.ts';
import { portNumber, wholeNumber } from './numbers.ts';

const examples = `
Data is kept in NOCTURNE_DATA_DIR (/var/lib/nocturne for root, else the user's own data folder) for the next start. With
DATABASE_URL the demo runs on that database instead of one of its own.

Examples:
  nocturne demo
  nocturne demo --devices 40 --simulator-port 0
  PORT=4001 NOCTURNE_FEED_PORT=0 NOCTURNE_DATA_DIR=/tmp/second nocturne demo --simulator-port 0   a second one`;

export function addDemoCommand(program: Command, context: CommandContext): void {
  program
    .command('demo', { isDefault: false })
    .description('everything on this machine: database, simulated devices, collector, console')
    .option('--devices <n>', 'simulated switches', wholeNumber(0, 500), 8)
    .option(
      '--simulator-port <port>',
      'first port of the simulated devices; 0 for any free ones',
      portNumber,
      57_400,
    )
    .option('--no-host', 'do not serve this machine’s own counters as a device')
    .option('--no-desktop', 'do not open the desktop console')
    .addHelpText('after', examples)
    .action((options: DemoOptions) =>
      runDemo(options, context).catch((error: unknown) => {
        if (context.signal.aborted) context.print('\nStopped before everything was up.');
        throw error;
      }),
    );
}
