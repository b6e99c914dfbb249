/** `nocturne bench store`: panels over a large store against naive SQL, and what a stored sample takes. */
import path from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { type BenchServer, bytesOf, checkRoom } from '../store/bench-databases.ts';
import { benchSettings } from '../bench-server.ts';
import type { QueryFigures } from '../store/query-bench.ts';
import { fleetDevices } from '../store/query-dataset.ts';
import type { SizeFigures } from '../store/size-bench.ts';
import {
  benchReading,
  type DatabaseFigures,
  type NamedShape,
  type ReadingFigures,
  shapesOf,
} from '../store/store-reading-bench.ts';
import { startEmbeddedPostgres } from '../../collector-daemon/embedded-postgres/embedded-postgres.ts';
import { inBenchFolder, printFigures } from './bench-run.ts';
import type { CommandContext } from '../../collector-daemon/cli/command-context.ts';
import { wholeNumber } from '../../collector-daemon/cli/numbers.ts';
import { table } from '../../collector-daemon/cli/table.ts';

interface StoreBenchOptions {
  readonly series: number;
  readonly days: number;
  readonly runs: number;
  readonly databaseUrl?: string;
  readonly small?: true;
  readonly json?: true;
}

/** Five series a device. */
const smallShape = { series: 250, days: 2 };

export function addBenchStore(bench: Command, context: CommandContext): void {
  bench
    .command('store')
    .description(
      'panels read from a store of 77 million samples, against naive SQL, and bytes a sample; half an hour and 17 GB of disk as it stands',
    )
    .option(
      '--series <n>',
      `series with a day of samples, a multiple of ${fleetDevices}`,
      seriesNumber,
      5_000,
    )
    .option('--days <n>', 'days of the first device, a 50th of the series', wholeNumber(1, 30), 30)
    .option('--runs <n>', 'counted rounds, after one to warm up', wholeNumber(1, 100), 5)
    .option(
      '--database-url <url>',
      'a server to measure, as a role that may make databases: two are made and dropped again (default: an embedded PostgreSQL)',
    )
    .option(
      '--small',
      `a small installation instead: ${smallShape.series} series, ${smallShape.days} days, in a few minutes; no sizes`,
    )
    .option('--json', 'print one JSON document')
    .action((options: StoreBenchOptions) => {
      const small = options.small === true;
      return benchStore(small ? { ...options, ...smallShape } : options, context);
    });
}

function seriesNumber(text: string): number {
  const series = wholeNumber(fleetDevices, 1_000_000)(text);
  if (series % fleetDevices === 0) return series;
  throw new InvalidArgumentError(`Expected a multiple of ${fleetDevices}.`);
}

async function benchStore(options: StoreBenchOptions, context: CommandContext): Promise<void> {
  // Of a server that is given, the address may hold a password.
  const { databaseUrl, ...told } = options;
  const shapes = shapesOf(options.series, options.days);
  const figures = await onServer(databaseUrl, { shapes, context }, (server) =>
    benchReading({
      server,
      shapes,
      runs: options.runs,
      pgliteSeries: options.small === true ? 0 : Math.min(options.series, 1_000),
      progress: context.warn,
      signal: context.signal,
    }),
  );
  printFigures(context, { options: told, figures, text: listing(figures) });
}

async function onServer<Answer>(
  databaseUrl: string | undefined,
  { shapes, context }: { shapes: readonly NamedShape[]; context: CommandContext },
  run: (server: BenchServer) => Promise<Answer>,
): Promise<Answer> {
  if (databaseUrl !== undefined) return run({ adminUrl: databaseUrl, ownerUrl: databaseUrl });
  return inBenchFolder(async (folder) => {
    await checkRoom(folder, bytesOf(shapes));
    await using server = await startEmbeddedPostgres({
      dataDir: path.join(folder, 'store'),
      signal: context.signal,
      settings: benchSettings(),
    });
    return await run({ adminUrl: server.adminUrl, ownerUrl: server.databaseUrl });
  });
}

function listing({ databases, queries, sizes, notMeasured }: ReadingFigures): string {
  return [
    databaseTable(databases),
    queryTable(queries),
    sizeTable(sizes),
    ...(notMeasured.length === 0 ? [] : [notMeasured.join('\n')]),
  ].join('\n\n');
}

function databaseTable(databases: readonly DatabaseFigures[]): string {
  return table(
    ['DATABASE', 'INTERVAL S', 'SAMPLES', 'FILLED IN S', 'ROLLED UP IN S'],
    databases.map((figures) => [
      figures.database,
      String(figures.intervalSeconds),
      figures.samples.toLocaleString('en'),
      String(figures.fillSeconds),
      String(figures.rollupSeconds),
    ]),
  );
}

function queryTable(queries: readonly QueryFigures[]): string {
  return table(
    [
      'QUERY',
      'DATABASE',
      'READS',
      'P50 MS',
      'P95 MS',
      'NAIVE P50',
      'NAIVE P95',
      'RATIO',
      'RATIO P95',
      'OF 1X',
    ],
    queries.map(({ query, database, tier, ours, naive, ratio, ratioP95, ofFirst }) => [
      query,
      database,
      tier,
      ...[ours.p50Ms, ours.p95Ms, naive.p50Ms, naive.p95Ms].map((ms) => ms.toFixed(1)),
      ratio.toFixed(2),
      ratioP95.toFixed(2),
      ofFirst.toFixed(2),
    ]),
  );
}

function sizeTable(sizes: readonly SizeFigures[]): string {
  return table(
    ['STORAGE', 'SAMPLES', 'BYTES A SAMPLE', 'ROLLUPS: BYTES A SAMPLE'],
    sizes.map(({ storage, samples, bytesPerSample, rollups }) => [
      storage,
      samples.toLocaleString('en'),
      bytesPerSample.toFixed(1),
      rollups.map((one) => `${one.table} ${one.bytesPerSample.toFixed(1)}`).join(', '),
    ]),
  );
}
