/** `nocturne collector`: one node as its environment says, until it is told to stop; for systemd and containers. */
import type { Command } from 'commander';
import { readEnvironment, unknownSettings } from '../config.ts';
import { consoleFolder } from '../demo/console-build.ts';
import { jsonLogger } from '../log.ts';
import { type RunningNode, startNode } from '../node.ts';
import { nodeName } from '../node-name.ts';
import { version } from '../version.ts';
import type { CommandContext } from './command-context.ts';
import { dataDirOf, findDatabaseUrl } from './local-operations.ts';
import { stopped } from './stop-signal.ts';
import { makeDataDir } from '../embedded-postgres/make-data-dir.ts';

const examples = `
Runs in the foreground and logs JSON lines to standard output. Waits for a database that is not there yet; ends in order
on SIGTERM and SIGINT.

Examples:
  DATABASE_URL=postgres://… nocturne collector --migrate
  DATABASE_URL=postgres://… NODE_ROLE=web HOST=0.0.0.0 PORT=8080 nocturne collector
  systemd: resources/nocturne.service`;

export function addCollectorCommand(program: Command, context: CommandContext): void {
  program
    .command('collector')
    .description('run a node: collector, web or both, as NODE_ROLE says')
    .option('--migrate', 'bring the database’s schema up to this program’s first')
    .addHelpText('after', examples)
    .action(async (options: { migrate?: true }) => {
      const environment = readEnvironment(context.env);
      const log = jsonLogger(environment.LOG_LEVEL, nodeName(environment));
      for (const sentence of unknownSettings(context.env)) log.warn(sentence);
      const databaseUrl = await findDatabaseUrl(context.env);
      const dataDir = dataDirOf(context.env);
      await makeDataDir(dataDir);
      const failed = Promise.withResolvers<Error>();
      await using node = await startNode({
        environment,
        databaseUrl,
        dataDir,
        consoleFolder,
        migrate: options.migrate === true,
        log,
        signal: context.signal,
        fatal: failed.resolve,
      });
      log.info(`nocturne ${version} runs as ${environment.NODE_ROLE} ${node.name}${whereOf(node)}`);
      const end = await Promise.race([stopped(context.signal), failed.promise]);
      if (end instanceof Error) throw end;
      log.info('stopping: sessions end, queued samples are stored');
    });
}

/** Where it listens, and what people call that. */
function whereOf({ web }: RunningNode): string {
  if (web === null) return '';
  const outside = web.publicUrl === web.localUrl ? '' : ` (people reach it as ${web.publicUrl})`;
  return `, HTTP on ${web.localUrl}${outside}`;
}
