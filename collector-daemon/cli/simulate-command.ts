/** `nocturne simulate`: simulated gNMI targets for trying things out. */
import type { Command } from 'commander';
import { runSimulate, type SimulateOptions } from '../../simulator/simulate-command.ts';
import type { CommandContext } from './command-context.ts';
import { portNumber, wholeNumber } from './numbers.ts';

const examples = `
Examples:
  nocturne simulate --count 20
  nocturne simulate --count 1 --base-port 6030 --username noc --password secret
  nocturne simulate --host 0.0.0.0 --tls-cert server.pem --tls-key server.key --faults none`;

export function addSimulateCommand(program: Command, context: CommandContext): void {
  program
    .command('simulate')
    .description('run simulated gNMI targets: a leaf/spine fabric, one port a device')
    .option('--count <n>', 'switches in all, spines included', wholeNumber(0, 500), 8)
    .option('--spines <n>', 'how many of them are spines (2 when left out)', wholeNumber(0, 250))
    .option(
      '--base-port <port>',
      'device i listens on this port + i; 0: any free ones',
      portNumber,
      57_400,
    )
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option(
      '--seed <n>',
      'the same seed gives the same devices and traffic',
      wholeNumber(0, 2 ** 31),
      1,
    )
    .option('--faults <script>', '"demo", "none" or a file with a fault script', 'demo')
    .option('--username <name>', 'ask clients for this user name')
    .option('--password <text>', 'and this password')
    .option('--tls-cert <file>', 'serve TLS with this certificate (PEM)')
    .option('--tls-key <file>', 'and this key (PEM)')
    .option('--host-target', 'serve this machine’s own counters as one more device')
    .option(
      '--speed <n>',
      'device seconds per real second; device clocks run ahead then',
      wholeNumber(1, 1_000),
      1,
    )
    .addHelpText('after', examples)
    .action((options: SimulateOptions) => runSimulate(options, context));
}
