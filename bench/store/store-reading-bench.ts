/** `nocturne bench store`: how fast panels are answered from a large store, and how large it is. */
import { benchPgliteSizes } from '../pglite/pglite-sizes.ts';
import { type BenchDatabase, type BenchServer, makeBenchDatabase } from './bench-databases.ts';
import { benchQueries, type FilledDatabase, type QueryFigures } from './query-bench.ts';
import { type DatasetShape, fillDataset } from './query-dataset.ts';
import { benchSizes, type SizeFigures } from './size-bench.ts';

export interface ReadingBenchOptions {
  readonly server: BenchServer;
  readonly shapes: readonly NamedShape[];
  readonly runs: number;
  /** Of the sizes in PGlite, which are measured where the server has no TimescaleDB; 0: not at all. */
  readonly pgliteSeries: number;
  readonly progress: (line: string) => void;
  readonly signal: AbortSignal;
}

export interface NamedShape extends DatasetShape {
  readonly name: string;
}

export interface ReadingFigures {
  readonly databases: readonly DatabaseFigures[];
  readonly queries: readonly QueryFigures[];
  readonly sizes: readonly SizeFigures[];
  /** What could not be measured, and why. */
  readonly notMeasured: readonly string[];
}

export interface DatabaseFigures {
  readonly database: string;
  readonly intervalSeconds: number;
  readonly samples: number;
  readonly fillSeconds: number;
  readonly rollupSeconds: number;
}

/** The same fleet at intervals a tenth as long: the samples grow, the panels do not. */
export function shapesOf(series: number, days: number): readonly NamedShape[] {
  return [
    { name: '1x', series, days, intervalMs: 100_000 },
    { name: '10x', series, days, intervalMs: 10_000 },
  ];
}

export async function benchReading(options: ReadingBenchOptions): Promise<ReadingFigures> {
  const { server, shapes, progress, signal } = options;
  await using stack = new AsyncDisposableStack();
  const filled: (FilledDatabase & Pick<BenchDatabase, 'engine'>)[] = [];
  const endMs = Date.now();
  for (const { name, ...shape } of shapes) {
    const { pool, engine } = stack.use(await makeBenchDatabase(server, name));
    const told = (line: string) => progress(`${name}: ${line}`);
    const dataset = await fillDataset({ pool, engine, shape, endMs, progress: told, signal });
    filled.push({ name, pool, engine, dataset });
  }
  const queries = await benchQueries({ ...options, databases: filled });
  return { databases: filled.map(figuresOf), queries, ...(await sizesOf(filled, options)) };
}

function figuresOf({ name, dataset }: FilledDatabase): DatabaseFigures {
  return {
    database: name,
    intervalSeconds: dataset.intervalMs / 1_000,
    samples: dataset.rows,
    fillSeconds: Math.round(dataset.fillSeconds),
    rollupSeconds: Math.round(dataset.rollupSeconds),
  };
}

/** Of the largest. */
async function sizesOf(
  filled: readonly (FilledDatabase & Pick<BenchDatabase, 'engine'>)[],
  { pgliteSeries, progress }: ReadingBenchOptions,
): Promise<Pick<ReadingFigures, 'sizes' | 'notMeasured'>> {
  const { pool, engine, dataset } = filled.at(-1)!;
  const sizes = await benchSizes(pool, engine, { samples: dataset.rows });
  if (engine.name === 'timescale' || pgliteSeries === 0) return { sizes, notMeasured: [] };
  progress('sizes on TimescaleDB in PGlite');
  const more = await benchPgliteSizes(pgliteSeries);
  return typeof more === 'string'
    ? { sizes, notMeasured: [more] }
    : { sizes: [...sizes, ...more], notMeasured: [] };
}
