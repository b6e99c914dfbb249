/** What was stored of the load network, held against what its devices must have sent. */
import type { DeviceId } from '../../core/id.ts';
import { listGaps } from '../../service/store/operating/gap.ts';
import type { DatabasePool } from '../../service/store/connection/pool.ts';
import { intervalMs, type LoadDevice } from './load-network.ts';

interface Hole {
  readonly fromMs: number;
  /** null: still open. */
  readonly toMs: number | null;
}

interface Row {
  readonly timeMs: number;
  readonly value: number;
  readonly delta: number | null;
  readonly spanMs: number | null;
}

/** A beat may come late by a bit; two that are missing are a hole. */
const holeMs = 1.8 * intervalMs;
/** A hole begins after the last sample and is noticed, or over, a little later. */
const slackMs = 2 * intervalMs;

export interface Findings {
  readonly rows: number;
  readonly holes: number;
  /** Each a sentence; none where all is well. */
  readonly problems: readonly string[];
}

/** Every value, every delta, and a reason for every hole between `fromMs` and `toMs`. */
export async function checkStored(
  pool: DatabasePool,
  device: LoadDevice & { readonly id: DeviceId },
  {
    fromMs,
    toMs,
    silences,
  }: {
    readonly fromMs: number;
    readonly toMs: number;
    /** When the devices had nothing to say. */
    readonly silences: readonly (Hole & { readonly device: string })[];
  },
): Promise<Findings> {
  const known = await listGaps(pool, { deviceIds: [device.id], fromMs: 0, toMs: toMs + slackMs });
  const gaps: Hole[] = [...known, ...silences.filter((one) => one.device === device.name)];
  const problems: string[] = [];
  let [rows, holes] = [0, 0];
  for (const [index, path] of device.paths.entries()) {
    const stored = await storedRows(pool, device.id, path);
    rows += stored.length;
    const wrong = (row: Row, what: string) =>
      problems.push(`${device.name} ${path} at ${iso(row.timeMs)}: ${what}`);
    for (const [at, row] of stored.entries()) {
      const before = stored[at - 1];
      const expected = device.valueAt(index, row.timeMs);
      if (row.value !== expected) wrong(row, `${row.value} instead of ${expected}`);
      if (before !== undefined) checkStep(before, row, { gaps, wrong });
      if (before !== undefined && row.timeMs - before.timeMs > holeMs) holes += 1;
    }
    const [first, last] = [stored[0], stored.at(-1)];
    if (first === undefined || first.timeMs > fromMs + slackMs) {
      problems.push(`${device.name} ${path}: nothing at the beginning`);
    }
    if (last === undefined || last.timeMs < toMs - slackMs) {
      problems.push(`${device.name} ${path}: nothing at the end`);
    }
  }
  return { rows, holes, problems };
}

function checkStep(
  before: Row,
  row: Row,
  told: { readonly gaps: readonly Hole[]; readonly wrong: (row: Row, what: string) => void },
): void {
  const spanMs = row.timeMs - before.timeMs;
  if (spanMs <= 0) told.wrong(row, 'stored twice');
  const reason = told.gaps.find(
    ({ fromMs, toMs }) =>
      fromMs - slackMs < row.timeMs && (toMs ?? Infinity) + slackMs > before.timeMs,
  );
  if (spanMs > holeMs && reason === undefined) {
    told.wrong(row, `${spanMs} ms after the one before it, and no gap says why`);
  }
  if (row.delta === null) {
    if (reason === undefined) told.wrong(row, 'has no delta, and no gap says why');
    return;
  }
  if (row.delta !== row.value - before.value || row.spanMs !== Math.round(spanMs)) {
    told.wrong(row, `delta ${row.delta} over ${row.spanMs} ms is not that since the one before`);
  }
}

async function storedRows(pool: DatabasePool, deviceId: DeviceId, path: string): Promise<Row[]> {
  const { rows } = await pool.query<Row>(
    `select sample.time as "timeMs", value, delta, span_ms as "spanMs"
     from sample join series on series.id = sample.series_id
     where series.device_id = $1 and series.path = $2 order by sample.time`,
    [deviceId, path],
  );
  return rows;
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
