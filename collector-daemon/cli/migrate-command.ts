/** `nocturne migrate`: brings the database's schema up to this program's; safe to run twice, and from two places. */
import type { Command } from 'commander';
import { migrate } from '../../service/store/schema/migrate.ts';
import { readEnvironment, wantedStorage } from '../config.ts';
import type { CommandContext } from './command-context.ts';
import { findDatabaseUrl } from './local-operations.ts';

export function addMigrateCommand(program: Command, context: CommandContext): void {
  program
    .command('migrate')
    .description('bring the database’s schema up to this program’s')
    .addHelpText(
      'after',
      `
Safe to run twice, and from two places. Take a backup first: there is no way back (docs/operations.md).

Examples:
  DATABASE_URL=postgres://… nocturne migrate
  DATABASE_URL=postgres://… NOCTURNE_STORAGE=plain nocturne migrate   where a new database must not use TimescaleDB`,
    )
    .action(async () => {
      const { print, signal } = context;
      const storage = wantedStorage(readEnvironment(context.env));
      let newer = false;
      const onNewer = (sentence: string) => {
        newer = true;
        print(sentence);
      };
      const options = { onStep: print, onNewer, signal, storage };
      const applied = await migrate(await findDatabaseUrl(context.env), options);
      if (applied.length === 0 && !newer) print('the schema is up to date');
    });
}
