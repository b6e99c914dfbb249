/** The program `nocturne`: reads the command line, runs one command, and turns every failure into one sentence. */
import { NocturneError } from '../core/errors.ts';
import { databaseSentence } from '../service/store/connection/database-error.ts';
import { buildProgram } from './cli/program.ts';
import { stopSignal } from './cli/stop-signal.ts';

// As for the workers (worker-host.ts): "Setting the TLS ServerName to an IP address …" helps nobody who runs this.
process.noDeprecation = true;
const warn = (line: string) => void process.stderr.write(`${line}\n`);
const context = {
  env: process.env,
  signal: stopSignal(process, {
    warn: (sentence) => warn(`nocturne: ${sentence}`),
    outputs: [process.stdout, process.stderr],
  }),
  print: (line: string) => void process.stdout.write(`${line}\n`),
  warn,
};

try {
  await buildProgram(context).parseAsync(process.argv);
} catch (error) {
  // Stopping a start half-way is no failure.
  if (!context.signal.aborted) {
    // Several bad settings are several lines, a sentence each.
    const text = error instanceof NocturneError ? error.message : databaseSentence(error);
    context.warn(`nocturne: ${text}`);
    if (process.env['LOG_LEVEL'] === 'debug') console.error(error);
    process.exitCode = 1;
  }
}
