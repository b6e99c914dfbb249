/** `nocturne export` and `nocturne import`: the configuration as one JSON file. */
import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { z } from 'zod';
import { NocturneError, sentenceOf } from '../../core/errors.ts';
import {
  configurationDocument,
  type ConfigurationDocument,
} from '../../core/inventory/configuration-document.ts';
import { exportConfiguration } from '../../service/store/inventory/configuration-export.ts';
import {
  importConfiguration,
  type ImportSummary,
} from '../../service/store/inventory/configuration-import.ts';
import { writeNamedFile } from '../../service/whole-file.ts';
import type { CommandContext } from './command-context.ts';
import { openLocalOperations } from './local-operations.ts';

interface ImportFlags {
  readonly skipExisting?: true;
  readonly dryRun?: true;
}

export function addConfigurationCommands(program: Command, context: CommandContext): void {
  program
    .command('export [file]')
    .description(
      'write sites, devices, subscriptions and dashboards as one JSON file (secrets only as sealed)',
    )
    .action(async (file: string | undefined) => {
      await using operations = await openLocalOperations(context);
      const document = await exportConfiguration(operations.pool, Date.now());
      const text = JSON.stringify(document, null, 2);
      if (file === undefined) return context.print(text);
      await writeNamedFile(file, `${text}\n`, 0o600).catch((cause: unknown) => {
        throw new NocturneError(
          'CONFIG_INVALID',
          `${file} cannot be written (${sentenceOf(cause)})`,
          { cause },
        );
      });
      return context.warn(
        `${document.devices.length} devices and ${document.dashboards.length} dashboards written to ${file}`,
      );
    });
  program
    .command('import <file>')
    .description(
      'bring the configuration to what a file from "nocturne export" says; nothing is removed',
    )
    .option('--skip-existing', 'leave out devices whose name another device already has')
    .option('--dry-run', 'say what would be done, and do nothing')
    .addHelpText(
      'after',
      `
Examples:
  nocturne export configuration.json
  nocturne import configuration.json --dry-run
  nocturne import configuration.json
  nocturne import - < configuration.json`,
    )
    .action(async (file: string, flags: ImportFlags) => {
      const document = await readDocument(file);
      await using operations = await openLocalOperations(context);
      const dryRun = flags.dryRun === true;
      const summary = await importConfiguration(operations.pool, document, {
        actor: operations.actor,
        skipExisting: flags.skipExisting === true,
        dryRun,
      });
      context.print(describe(summary, dryRun));
    });
}

/** @throws NocturneError CONFIG_INVALID */
async function readDocument(file: string): Promise<ConfigurationDocument> {
  const text = await readFile(file === '-' ? '/dev/stdin' : file, 'utf8').catch(
    (cause: unknown) => {
      throw new NocturneError('CONFIG_INVALID', `${file} cannot be read (${sentenceOf(cause)})`, {
        cause,
      });
    },
  );
  try {
    return configurationDocument.parse(JSON.parse(text));
  } catch (cause) {
    const reason =
      cause instanceof z.ZodError
        ? `${cause.issues[0]?.path.join('.') || 'document'}: ${sentenceOf(cause.issues[0])}`
        : sentenceOf(cause);
    throw new NocturneError(
      'CONFIG_INVALID',
      `${file} is no configuration of Nocturne (${reason}); give a file that "nocturne export" wrote`,
      { cause },
    );
  }
}

function describe(summary: ImportSummary, dryRun: boolean): string {
  const { sites, devices, subscriptions, dashboards, skipped } = summary;
  const left = skipped.length === 0 ? '' : `; left out: ${skipped.join(', ')}`;
  const parts = { sites, devices, subscriptions, dashboards };
  const changed = Object.entries(parts).filter(([, count]) => count > 0);
  if (changed.length === 0) return `everything is as the file says already${left}`;
  const verb = dryRun ? 'would add or change' : 'added or changed';
  return `${verb} ${changed.map(([what, count]) => `${count} ${what}`).join(', ')}${left}`;
}
