/** `nocturne bench write`: the writer against a bare COPY, in an embedded PostgreSQL made for it. */
import path from 'node:path';
import type { Command } from 'commander';
import { createPlainEngine } from '../../service/store/storage/engine-plain.ts';
import { migrate } from '../../service/store/schema/migrate.ts';
import { createPool } from '../../service/store/connection/pool.ts';
import { addSetting, benchSettings } from '../bench-server.ts';
import { benchWriter, type WriterFigures } from '../store/store-writer-bench.ts';
import { startEmbeddedPostgres } from '../../collector-daemon/embedded-postgres/embedded-postgres.ts';
import { inBenchFolder, printFigures } from './bench-run.ts';
import type { CommandContext } from '../../collector-daemon/cli/command-context.ts';
import { wholeNumber } from '../../collector-daemon/cli/numbers.ts';
import { table } from '../../collector-daemon/cli/table.ts';

interface WriteBenchOptions {
  readonly series: number;
  readonly before: number;
  readonly rounds: number;
  readonly runs: number;
  readonly set?: Readonly<Record<string, string>>;
  readonly json?: true;
}

export function addBenchWrite(bench: Command, context: CommandContext): void {
  bench
    .command('write')
    .description(
      'rows a second that the writer stores into a table that holds many, against a bare COPY; a quarter of an hour and 25 GB of disk as it stands',
    )
    .option('--series <n>', 'series', wholeNumber(1_000, 1_000_000), 100_000)
    .option(
      '--before <n>',
      'rows of each series in the table beforehand',
      wholeNumber(1, 5_000),
      1_000,
    )
    .option('--rounds <n>', 'rows of each series in a run', wholeNumber(1, 100), 20)
    .option('--runs <n>', 'counted runs of each, after one to warm up', wholeNumber(1, 20), 5)
    .option(
      '--set <name=value>',
      'a setting of the database server, over what the doctor would have (repeatable)',
      addSetting,
    )
    .option('--json', 'print one JSON document')
    .action((options: WriteBenchOptions) => benchWrite(options, context));
}

function benchWrite(options: WriteBenchOptions, context: CommandContext): Promise<void> {
  return inBenchFolder(async (folder) => {
    const writers = await runWriter(path.join(folder, 'write'), options, context);
    printFigures(context, { options, figures: { writers }, text: listing(writers) });
  });
}

async function runWriter(
  dataDir: string,
  { series, before, rounds, runs, set }: WriteBenchOptions,
  { signal, warn }: CommandContext,
): Promise<readonly WriterFigures[]> {
  await using server = await startEmbeddedPostgres({
    dataDir,
    signal,
    settings: benchSettings(set),
  });
  await migrate(server.databaseUrl);
  const shared = { applicationName: 'nocturne bench', statementTimeoutMs: 0 };
  await using pool = createPool(server.databaseUrl, { ...shared, size: 4 });
  await using admin = createPool(server.adminUrl, { ...shared, size: 1 });
  const engine = createPlainEngine(pool);
  await engine.createStorage();
  await engine.prepare(Date.now());
  return await benchWriter({
    pool,
    admin,
    series,
    roundsBefore: before,
    roundsARun: rounds,
    runs,
    progress: warn,
    signal,
  });
}

function listing(writers: readonly WriterFigures[]): string {
  return table(
    ['', 'ROWS/S', 'OF COPY OF 10,000', 'OF THE BEST COPY'],
    writers.map((figures) => [
      figures.contestant,
      figures.rowsPerSecond.toLocaleString('en'),
      figures.ofBareCopy.toFixed(2),
      figures.ofBestBareCopy.toFixed(2),
    ]),
  );
}
