/** The rows that the writing bench stores: every series of a fleet once a round, as a collector seals them. */
import { makeUuid, type DeviceId, type SeriesId } from '../../core/id.ts';
import { noReceivedEnds, type SampleSlice } from '../../core/telemetry/sample.ts';
import type { SeriesDefinition } from '../../core/telemetry/series.ts';
import { systemClock } from '../../core/time.ts';
import type { DatabasePool } from '../../service/store/connection/pool.ts';
import { resolveSeries } from '../../service/store/reading/series.ts';

export const intervalUs = 10_000_000;
const seriesADevice = 1_000;
const sliceRows = 10_000;
const counterStep = 1_250_000;

export interface Fleet {
  /** By ref. */
  readonly definitions: readonly SeriesDefinition[];
  readonly ids: readonly SeriesId[];
}

export async function makeFleet(pool: DatabasePool, series: number): Promise<Fleet> {
  const definitions: SeriesDefinition[] = [];
  const ids: SeriesId[] = [];
  while (definitions.length < series) {
    const deviceId = makeUuid<DeviceId>(systemClock);
    const count = Math.min(seriesADevice, series - definitions.length);
    const ofDevice = Array.from({ length: count }, (_, at) =>
      counter(definitions.length + at, deviceId, `ethernet-1/${at + 1}`),
    );
    ids.push(...(await resolveSeries(pool, ofDevice)).ids);
    definitions.push(...ofDevice);
  }
  return { definitions, ids };
}

function counter(ref: number, deviceId: DeviceId, name: string): SeriesDefinition {
  return {
    ref,
    deviceId,
    path: `/interfaces/interface[name=${name}]/state/counters/in-octets`,
    metric: '/interfaces/interface/state/counters/in-octets',
    keys: { name },
    kind: 'counter',
    unit: 'By',
  };
}

/** Rounds `from` up to `to` (exclusive) in arrival order, in slices as the batcher seals them. */
export function slicesOf(
  { definitions }: Fleet,
  { startUs, from, to }: { startUs: number; from: number; to: number },
): SampleSlice[] {
  const series = definitions.length;
  const slices: SampleSlice[] = [];
  for (let first = from * series; first < to * series; first += sliceRows) {
    const rows = Math.min(sliceRows, to * series - first);
    const round = (row: number) => Math.floor((first + row) / series);
    const columns = <Column extends Uint32Array | Float64Array | Int32Array | Uint16Array>(
      column: Column,
      valueOf: (row: number) => number,
    ) => {
      for (let row = 0; row < rows; row += 1) column[row] = valueOf(row);
      return column;
    };
    slices.push({
      introduces: [],
      retires: [],
      numbers: {
        series: columns(new Uint32Array(rows), (row) => (first + row) % series),
        // Devices do not answer in the same microsecond.
        timeUs: columns(
          new Float64Array(rows),
          (row) => startUs + round(row) * intervalUs + ((first + row) % series),
        ),
        value: columns(new Float64Array(rows), (row) => round(row) * counterStep),
        delta: columns(new Float64Array(rows), () => counterStep),
        spanMs: columns(new Int32Array(rows), () => intervalUs / 1_000),
        quality: new Uint16Array(rows),
        receivedMs: new Float64Array(rows),
      },
      texts: {
        series: new Uint32Array(),
        timeUs: new Float64Array(),
        value: [],
        receivedMs: new Float64Array(),
      },
      ends: noReceivedEnds,
      received: [],
      sealedAtMs: 0,
    });
  }
  return slices;
}

/** Puts rounds 0 up to `rounds` into the table by the server itself, its index made afterwards. */
export async function fillTable(
  pool: DatabasePool,
  { ids }: Fleet,
  options: {
    readonly startUs: number;
    readonly rounds: number;
    readonly progress: (line: string) => void;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const { startUs, rounds, progress, signal } = options;
  await pool.query('drop index sample_series_time');
  const roundsAPiece = Math.max(1, Math.floor(5_000_000 / ids.length));
  for (let from = 0; from < rounds; from += roundsAPiece) {
    signal.throwIfAborted();
    const to = Math.min(rounds, from + roundsAPiece);
    await pool.query(
      `insert into sample (time, series_id, value, delta, span_ms)
       select 'epoch'::timestamptz + ($1::float8 + round * $2::float8 + ref) * interval '1 microsecond',
         id, round * ${counterStep}::float8, ${counterStep}, ${intervalUs / 1_000}
       from generate_series($3::int, $4::int) as round,
         unnest($5::bigint[]) with ordinality as series (id, ref)`,
      [startUs, intervalUs, from, to - 1, `{${ids.join(',')}}`],
    );
    progress(`${(to * ids.length).toLocaleString('en')} rows in the table`);
  }
  progress('making the index');
  await pool.query('create index sample_series_time on sample (series_id, time)');
  await pool.query('vacuum (analyze) sample');
}
