/**
 * `nocturne bench write`: how fast the writer stores rows at saturation, against a bare COPY of the same rows over one
 * connection, into a table that holds many rows already. All contestants take turns; before each the server makes a
 * checkpoint, so that each pays for the same full pages in the log.
 */
import { performance } from 'node:perf_hooks';
import type { NodeName } from '../../core/id.ts';
import { rowCount, type SampleSlice } from '../../core/telemetry/sample.ts';
import { systemClock, systemTimers } from '../../core/time.ts';
import { copyNumbersStatement, encodeNumbers } from '../../service/store/writing/copy-encoder.ts';
import { copyFromStdin } from '../../service/store/writing/copy-in.ts';
import type { DatabasePool } from '../../service/store/connection/pool.ts';
import { joinSlices } from '../../collector-daemon/sink/join-slices.ts';
import { BatchSize, maxQueuedRows } from '../../collector-daemon/sink/batch-size.ts';
import { BoundedQueue } from '../../collector-daemon/sink/bounded-queue.ts';
import { runCopySink } from '../../collector-daemon/sink/copy-sink.ts';
import { SampleStore } from '../../collector-daemon/sink/sample-store.ts';
import { median } from '../median.ts';
import { type Fleet, fillTable, makeFleet, slicesOf } from './store-rows.ts';

export interface WriterBenchOptions {
  /** Of a migrated database with storage, without a statement timeout. */
  readonly pool: DatabasePool;
  /** Of the same server as somebody who may make a checkpoint; without a statement timeout. */
  readonly admin: DatabasePool;
  readonly series: number;
  /** Rows a series in the table beforehand; 10 s apart, all of one UTC day. */
  readonly roundsBefore: number;
  /** Rows a series a run. */
  readonly roundsARun: number;
  readonly runs: number;
  readonly progress: (line: string) => void;
  /** Ends what runs in the database, and the bench with the signal's reason. */
  readonly signal: AbortSignal;
}

export interface WriterFigures {
  readonly contestant: string;
  readonly rowsPerSecond: number;
  /** Medians of rows a second divided by those of the bare COPY of 10,000 rows and of the best bare COPY, same round. */
  readonly ofBareCopy: number;
  readonly ofBestBareCopy: number;
}

/** Makes ready what is not timed, and answers what is. */
type Contestant = (slices: readonly SampleSlice[]) => () => Promise<void>;

const bareSizes = [10_000, 100_000, 1_000_000];

export async function benchWriter(options: WriterBenchOptions): Promise<readonly WriterFigures[]> {
  const { admin, pool, signal } = options;
  const database = new URL(pool.databaseUrl).pathname.slice(1);
  const cancel = () => void admin.query(cancelStatement, [database]).catch(() => {});
  signal.addEventListener('abort', cancel, { once: true });
  try {
    return await measure(options);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}

const cancelStatement = `select pg_cancel_backend(pid) from pg_stat_activity
  where datname = $1 and pid <> pg_backend_pid()`;

async function measure(options: WriterBenchOptions): Promise<readonly WriterFigures[]> {
  const { pool, runs, roundsARun, roundsBefore, progress, signal } = options;
  const fleet = await makeFleet(pool, options.series);
  const startUs = startOfDayUs();
  await fillTable(pool, fleet, { startUs, rounds: roundsBefore, progress, signal });
  const contestants = new Map<string, Contestant>([
    ...bareSizes.map((size) => [bareName(size), bareCopy(pool, fleet, size)] as const),
    ['one writer', createWriter(pool, fleet, 1)],
    ['two writers', createWriter(pool, fleet, 2)],
  ]);
  const rates = new Map<string, number[]>([...contestants.keys()].map((name) => [name, []]));
  let round = roundsBefore;
  // The first turn warms up and is not counted.
  for (let turn = 0; turn <= runs; turn += 1) {
    for (const [name, contestant] of contestants) {
      signal.throwIfAborted();
      const slices = slicesOf(fleet, { startUs, from: round, to: round + roundsARun });
      round += roundsARun;
      const rate = await time(options.admin, slices, contestant);
      if (turn > 0) rates.get(name)!.push(rate);
      progress(
        `${turn === 0 ? 'warm-up' : `run ${turn}`}: ${name}, ${Math.round(rate).toLocaleString('en')} rows/s`,
      );
    }
  }
  await checkStored(pool, round * options.series);
  return summaries(rates);
}

function bareName(rows: number): string {
  return `bare COPY, ${rows.toLocaleString('en')} rows each`;
}

async function time(
  admin: DatabasePool,
  slices: readonly SampleSlice[],
  contestant: Contestant,
): Promise<number> {
  const store = contestant(slices);
  await admin.query('checkpoint');
  const startedAt = performance.now();
  await store();
  const seconds = (performance.now() - startedAt) / 1_000;
  return slices.reduce((sum, slice) => sum + rowCount(slice), 0) / seconds;
}

/** Arrival order, one connection, a transaction a COPY; encoding its bytes is not counted. */
function bareCopy(pool: DatabasePool, { ids }: Fleet, rowsEach: number): Contestant {
  return (slices) => {
    const encoded = [...pieces(slices, rowsEach)].map((piece) => {
      const { numbers } = joinSlices(piece);
      const seriesIds = Float64Array.from(numbers.series, (ref) => ids[ref]!);
      const arrival = Uint32Array.from(seriesIds, (_, row) => row);
      return [...encodeNumbers(numbers, seriesIds, arrival)];
    });
    return async () => {
      const client = await pool.connect();
      try {
        const copyIn = copyFromStdin(client);
        for (const pieces of encoded) await copyIn(copyNumbersStatement, pieces);
      } finally {
        client.release();
      }
    };
  };
}

function* pieces(slices: readonly SampleSlice[], rowsEach: number): Generator<SampleSlice[]> {
  let piece: SampleSlice[] = [];
  let rows = 0;
  for (const slice of slices) {
    piece.push(slice);
    rows += rowCount(slice);
    if (rows < rowsEach) continue;
    yield piece;
    piece = [];
    rows = 0;
  }
  if (piece.length > 0) yield piece;
}

/**
 * All that a collector does for a row after sealing (ledger, order, COPY, rollup marks, newest values), with its limits:
 * slices come as long as the sessions would not be paused.
 */
function createWriter(pool: DatabasePool, fleet: Fleet, writers: number): Contestant {
  const incarnation = systemClock.nowMs();
  // As after a while at saturation: it has grown in the turn that is not counted.
  const batchSize = new BatchSize({ clock: systemClock });
  let sequence = 0;
  return (slices) => {
    const store = new SampleStore({ pool, clock: systemClock, timers: systemTimers });
    store.learn(fleet.definitions);
    return async () => {
      await runCopySink(
        {
          queue: saturated(slices),
          writers,
          batchSize,
          nextKey: () => {
            sequence += 1;
            return { node: 'bench' as NodeName, incarnation, worker: writers, sequence };
          },
          write: (batch) => store.write(batch),
          pause: () => Promise.resolve(),
          stored: () => {},
          refused: (_, sentence) => {
            throw new Error(sentence);
          },
          trouble: () => {},
        },
        new AbortController().signal,
      );
      await store.close({ hurry: false });
    };
  };
}

/** A queue kept as full as the sessions of one worker may fill it. */
function saturated(slices: readonly SampleSlice[]): BoundedQueue<SampleSlice> {
  const coming = slices.values();
  const queue = new BoundedQueue<SampleSlice>({
    maxRows: maxQueuedRows,
    rowsOf: rowCount,
    dropped: () => {
      throw new Error('a slice was dropped');
    },
    pressure: (high) => {
      sessions.paused = high;
      if (!high) queueMicrotask(fill);
    },
  });
  const sessions = { paused: false };
  const fill = () => {
    while (!sessions.paused) {
      const { value, done } = coming.next();
      if (done === true) return queue.close();
      queue.push(value);
    }
  };
  fill();
  return queue;
}

/** A fast writer that loses rows would not be one. */
async function checkStored(pool: DatabasePool, expected: number): Promise<void> {
  const { rows } = await pool.query<{ count: number }>('select count(*) from sample');
  if (rows[0]?.count !== expected) {
    throw new Error(`${expected} rows were written, and ${rows[0]?.count} are in the table`);
  }
}

function summaries(rates: ReadonlyMap<string, readonly number[]>): WriterFigures[] {
  const medians = [...rates].map(([name, all]) => [name, median(all)] as const);
  const bare = medians.filter(([name]) => name.startsWith('bare'));
  const [best] = bare.toSorted(([, left], [, right]) => right - left);
  const ratio = (all: readonly number[], to: string) =>
    Math.round(median(all.map((rate, run) => rate / rates.get(to)![run]!)) * 100) / 100;
  return [...rates].map(([contestant, all]) => ({
    contestant,
    rowsPerSecond: Math.round(median(all)),
    ofBareCopy: ratio(all, bare[0]![0]),
    ofBestBareCopy: ratio(all, best![0]),
  }));
}

/** Yesterday, so that a day's rows lie in one partition and none is from the future. */
function startOfDayUs(): number {
  const dayMs = 86_400_000;
  return (Math.floor(systemClock.nowMs() / dayMs) - 1) * dayMs * 1_000;
}
