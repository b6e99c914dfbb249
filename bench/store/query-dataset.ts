/**
 * The data the reading bench asks about: counters of a fleet of 50 devices in a database of their own. All series have
 * the newest day, those of the first device have every day. The samples are made by the server, then rolled up by the
 * storage engine itself.
 */
import { makeUuid, type DeviceId, type SeriesId } from '../../core/id.ts';
import type { SeriesDefinition } from '../../core/telemetry/series.ts';
import { systemClock } from '../../core/time.ts';
import type { DatabasePool } from '../../service/store/connection/pool.ts';
import { blockSize } from '../../service/store/rollup/rollup-mark.ts';
import type { Queryable } from '../../service/store/connection/queryable.ts';
import { resolveSeries } from '../../service/store/reading/series.ts';
import type { StorageEngine } from '../../service/store/storage/storage-engine.ts';

export const fleetDevices = 50;
export const benchMetric = '/interfaces/interface/state/counters/in-octets';

export interface DatasetShape {
  /** A multiple of `fleetDevices`. */
  readonly series: number;
  /** So far back the first device's series reach, at least 1. */
  readonly days: number;
  readonly intervalMs: number;
}

export interface Dataset extends DatasetShape {
  /** By device, then by interface; device n has the n-th part of them. */
  readonly seriesIds: readonly SeriesId[];
  /** Samples stand before this time; questions may end up to `spareMs` earlier. */
  readonly endMs: number;
  readonly rows: number;
  readonly fillSeconds: number;
  /** How long the engine took to roll everything up. */
  readonly rollupSeconds: number;
}

export interface FillOptions {
  /** Of a migrated database without samples; no statement timeout. */
  readonly pool: DatabasePool;
  readonly engine: StorageEngine;
  readonly shape: DatasetShape;
  readonly endMs: number;
  readonly progress: (line: string) => void;
  readonly signal: AbortSignal;
}

const dayMs = 86_400_000;
/** Samples reach so much further back than the longest question, which can so be moved. */
export const spareMs = 3_600_000;
/** Rows a statement: seconds of work, so that progress shows and stopping is prompt. */
const maxPieceRows = 1_000_000;

/** A stretch in which the same series are sampled, in steps of the interval. */
export interface Stretch {
  readonly series: number;
  readonly firstStep: number;
  /** Exclusive. */
  readonly endStep: number;
}

/** Steps count from the oldest sample. The first stretch is empty where one day is all there is. */
export function stretchesOf({ series, days, intervalMs }: DatasetShape): Stretch[] {
  const steps = (ms: number) => Math.ceil((ms + spareMs) / intervalMs);
  const all = steps(days * dayMs);
  const border = all - steps(dayMs);
  return [
    { series: series / fleetDevices, firstStep: 0, endStep: border },
    { series, firstStep: border, endStep: all },
  ];
}

export function rowsOf(shape: DatasetShape): number {
  return stretchesOf(shape).reduce(
    (sum, { series, firstStep, endStep }) => sum + series * (endStep - firstStep),
    0,
  );
}

/** Buckets of a minute that the series have, if every one of them holds a sample. */
export function seriesMinutesOf(shape: DatasetShape): number {
  return (rowsOf(shape) * shape.intervalMs) / 60_000;
}

export async function fillDataset(options: FillOptions): Promise<Dataset> {
  const { pool, engine, shape, progress, signal } = options;
  const endMs = Math.floor(options.endMs / shape.intervalMs) * shape.intervalMs;
  const seriesIds = await insertSeries(pool, shape.series);
  const startMs = endMs - stretchesOf(shape)[1]!.endStep * shape.intervalMs;
  const place = { startMs, intervalMs: shape.intervalMs, firstId: seriesIds[0]! };
  const startedAt = performance.now();
  for (let ms = endMs - (shape.days + 1) * dayMs; ms <= endMs; ms += dayMs)
    await engine.prepare(ms);
  await insertSamples(options, place);
  await pool.query('vacuum (analyze) sample, series');
  const filledAt = performance.now();
  progress('rolling up');
  if (engine.rollupsBy === 'job') await leaveMarks(pool, shape, place);
  await engine.refreshRollups(endMs, signal);
  signal.throwIfAborted();
  const rolledUpAt = performance.now();
  await pool.query('vacuum (analyze)');
  const rollupSeconds = (rolledUpAt - filledAt) / 1_000;
  progress(`rolled up in ${rollupSeconds.toFixed(0)} s`);
  return {
    ...shape,
    seriesIds,
    endMs,
    rows: rowsOf(shape),
    fillSeconds: (filledAt - startedAt) / 1_000,
    rollupSeconds,
  };
}

export function deviceName(place: number): string {
  return `bench-${String(place + 1).padStart(2, '0')}`;
}

async function insertSeries(pool: DatabasePool, count: number): Promise<readonly SeriesId[]> {
  // Sorted, for that is the order in which their series get ids.
  const deviceIds = Array.from({ length: fleetDevices }, () =>
    makeUuid<DeviceId>(systemClock),
  ).sort();
  await pool.query(
    'insert into device (id, name) select * from unnest($1::uuid[], $2::text[]) as new (id, name)',
    [deviceIds, deviceIds.map((_, place) => deviceName(place))],
  );
  const each = count / fleetDevices;
  const definitions = Array.from({ length: count }, (_, ref) =>
    definitionOf(ref, deviceIds[Math.floor(ref / each)]!, (ref % each) + 1),
  );
  const { ids } = await resolveSeries(pool, definitions);
  // The ids of a database's first series follow each other, and the statements below rely on it.
  const sorted = [...ids].sort((left, right) => left - right);
  if (sorted.at(-1)! - sorted[0]! !== count - 1) throw new Error('series ids have holes');
  return sorted;
}

function definitionOf(ref: number, deviceId: DeviceId, port: number): SeriesDefinition {
  // Padded, so that the order of paths, by which ids are given, is that of the ports.
  const name = `Ethernet${String(port).padStart(3, '0')}`;
  return {
    ref,
    deviceId,
    path: benchMetric.replace('/interface/', `/interface[name=${name}]/`),
    metric: benchMetric,
    keys: { 'interface/name': name },
    kind: 'counter',
    unit: 'By',
  };
}

/** Two connections, as two of a collector's writers: each piece is in the order of arrival, all series at each time. */
async function insertSamples(options: FillOptions, place: Place): Promise<void> {
  const pieces = stretchesOf(options.shape).flatMap(piecesOf);
  const total = rowsOf(options.shape);
  let done = 0;
  let told = 0;
  const work = async () => {
    for (let piece = pieces.shift(); piece !== undefined; piece = pieces.shift()) {
      options.signal.throwIfAborted();
      await insertStretch(options.pool, piece, place);
      done += piece.series * (piece.endStep - piece.firstStep);
      const tenth = Math.floor((10 * done) / total);
      if (tenth > told) options.progress(`${done.toLocaleString('en')} samples made`);
      told = tenth;
    }
  };
  await Promise.all([work(), work()]);
}

function piecesOf({ series, firstStep, endStep }: Stretch): Stretch[] {
  const length = Math.max(1, Math.floor(maxPieceRows / series));
  const pieces = Math.ceil((endStep - firstStep) / length);
  return Array.from({ length: pieces }, (_, at) => ({
    series,
    firstStep: firstStep + at * length,
    endStep: Math.min(endStep, firstStep + (at + 1) * length),
  }));
}

/**
 * A counter with a rate of its own, 20 bits of noise in every reading and up to 7 ms of jitter in every time, so that
 * columns compress no better than real ones. The first sample of all has no delta, as after a connect.
 */
const insertStatement = `
  insert into sample (time, series_id, value, delta, span_ms)
  select 'epoch'::timestamptz + ($5::bigint + step * $6::bigint + jitter) * interval '1 ms', id,
    id * 1e9 + per_step * step + noise,
    case when step > 0 then per_step + noise - noise_before end,
    case when step > 0 then ($6 + jitter - jitter_before)::int end
  from (
    select id, step, (200000 + id * 1000) * $6 / 1000 as per_step,
      now & 1048575 as noise, (now >> 20) & 7 as jitter,
      before & 1048575 as noise_before, (before >> 20) & 7 as jitter_before
    from (
      select id, step, hashint8(step * 1000003 + id) as now, hashint8((step - 1) * 1000003 + id) as before
      from (
        select $1::bigint + n % $2::bigint as id, $3::bigint + n / $2 as step
        from generate_series(0, $2 * ($4::bigint - $3) - 1) as n
      ) as placed
    ) as hashed
  ) as drawn`;

export interface Place {
  /** Time of the step 0. */
  readonly startMs: number;
  readonly intervalMs: number;
  /** Of the first series; the others' ids follow. */
  readonly firstId: number;
}

export async function insertStretch(
  db: Queryable,
  { series, firstStep, endStep }: Stretch,
  { startMs, intervalMs, firstId }: Place,
): Promise<void> {
  await db.query(insertStatement, [firstId, series, firstStep, endStep, startMs, intervalMs]);
}

/** What the writers' transactions would have left: every minute of every block of series that has samples. */
async function leaveMarks(
  pool: DatabasePool,
  shape: DatasetShape,
  { startMs, intervalMs, firstId }: Place,
): Promise<void> {
  for (const { series, firstStep, endStep } of stretchesOf(shape)) {
    await pool.query(
      `insert into rollup_mark (tier, bucket, block)
       select '1m', minute, block
       from generate_series(date_trunc('minute', $1::timestamptz), $2::timestamptz - interval '1 ms', '1 minute') as minute
       cross join generate_series($3::int, $4::int) as block`,
      [
        new Date(startMs + firstStep * intervalMs),
        new Date(startMs + endStep * intervalMs),
        Math.floor(firstId / blockSize),
        Math.floor((firstId + series - 1) / blockSize),
      ],
    );
  }
  await pool.query('vacuum (analyze) rollup_mark');
}
