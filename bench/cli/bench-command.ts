/** `nocturne bench`: figures as ratios of two things in one run on this machine. */
import path from 'node:path';
import { Command } from 'commander';
import { migrate } from '../../service/store/schema/migrate.ts';
import { createPlainEngine } from '../../service/store/storage/engine-plain.ts';
import { createPool } from '../../service/store/connection/pool.ts';
import { benchIngest, type StageFigures } from '../ingest/ingest-bench.ts';
import { benchStart } from '../ingest/start-bench.ts';
import { startEmbeddedPostgres } from '../../collector-daemon/embedded-postgres/embedded-postgres.ts';
import { inBenchFolder, printFigures } from './bench-run.ts';
import { addBenchStore } from './bench-store-command.ts';
import { addBenchWrite } from './bench-write-command.ts';
import type { CommandContext } from '../../collector-daemon/cli/command-context.ts';
import { wholeNumber } from '../../collector-daemon/cli/numbers.ts';
import { table } from '../../collector-daemon/cli/table.ts';

interface BenchOptions {
  readonly updates: number;
  readonly runs: number;
  readonly json?: true;
}

export function buildBench(context: CommandContext): Command {
  const bench = new Command('nocturne bench')
    .description('measure this program on this machine')
    .showHelpAfterError('(see --help)');
  addBenchStore(bench, context);
  addBenchWrite(bench, context);
  bench
    .command('ingest')
    .description(
      'updates a second through each stage of the ingest path, and the time to the first chart',
    )
    .option('--updates <n>', 'updates a run', wholeNumber(1_000, 100_000_000), 1_000_000)
    .option(
      '--runs <n>',
      'counted runs of each stage, after one to warm up',
      wholeNumber(1, 100),
      5,
    )
    .option('--json', 'print one JSON document')
    .action((options: BenchOptions) => benchIngestAndStart(options, context));
  return bench;
}

function benchIngestAndStart(options: BenchOptions, context: CommandContext): Promise<void> {
  return inBenchFolder(async (folder) => {
    const progress = options.json === true ? () => {} : context.warn;
    const stages = await inFreshDatabase(folder, context, (databaseUrl) =>
      runIngest(databaseUrl, options, progress),
    );
    const start = await benchStart({
      dataDir: path.join(folder, 'start'),
      progress,
      env: context.env,
    });
    const starts = start.map(({ name, seconds }) => `${name}: ${seconds.toFixed(1)} s`);
    const text = [listing(stages), ...starts].join('\n\n');
    printFigures(context, { options, figures: { stages, start }, text });
  });
}

async function inFreshDatabase<Answer>(
  folder: string,
  { signal }: CommandContext,
  run: (databaseUrl: string) => Promise<Answer>,
): Promise<Answer> {
  await using server = await startEmbeddedPostgres({
    dataDir: path.join(folder, 'ingest'),
    signal,
  });
  await migrate(server.databaseUrl);
  return await run(server.databaseUrl);
}

async function runIngest(
  databaseUrl: string,
  { updates, runs }: BenchOptions,
  progress: (line: string) => void,
): Promise<readonly StageFigures[]> {
  await using pool = createPool(databaseUrl, { applicationName: 'nocturne bench', size: 4 });
  await createPlainEngine(pool).prepare(Date.now());
  return await benchIngest({ pool, updates, runs, progress });
}

function listing(stages: readonly StageFigures[]): string {
  return table(
    ['STAGE', 'UPDATES A MESSAGE', 'UPDATES/S', 'CPU S PER MILLION', 'OF TRANSPORT ALONE'],
    stages.map((figures) => [
      figures.stage,
      String(figures.updatesPerMessage),
      figures.updatesPerSecond.toLocaleString('en'),
      figures.cpuSecondsPerMillion.toFixed(2),
      figures.shareOfTransport.toFixed(2),
    ]),
  );
}
