/**
 * What an overtaken collector still wants to store: rows that it received before the take-over are kept, later ones are
 * its successor's to collect, and are counted as fenced. The row that says who has the turn is held until the batch is
 * committed, so that no take-over slips in between.
 */
import type { DeviceId, Epoch } from '../../../core/id.ts';
import type { ReceivedRange, SampleBatch } from '../../../core/telemetry/sample.ts';
import type { Queryable } from '../connection/queryable.ts';

export interface Turn {
  readonly epoch: Epoch;
  /** When it was taken over from the epoch before, ms since the epoch of time. */
  readonly takenAtMs: number;
}

/** Null where nobody has ever taken a turn. Within the batch's transaction. */
export async function holdTurn(db: Queryable): Promise<Turn | null> {
  const { rows } = await db.query<Turn>(
    `select epoch, (extract(epoch from taken_at) * 1000)::float8 as "takenAtMs"
     from collector_turn for share`,
  );
  return rows[0] ?? null;
}

/** The batch without what is its successor's. @param deviceOf the device of a series' ref */
export function fenceOff(
  batch: SampleBatch,
  turn: Turn | null,
  deviceOf: (ref: number) => DeviceId,
): SampleBatch {
  const late = batch.received.filter(
    ({ epoch, toMs }) => turn !== null && toMs >= lastMomentOf(epoch, turn),
  );
  if (turn === null || late.length === 0) return batch;
  const ranges = Map.groupBy(batch.received, ({ deviceId }) => deviceId);
  const keeps = (columns: { series: Uint32Array; receivedMs: Float64Array }) => {
    const rows = [...columns.series.keys()];
    return rows.filter((row) => {
      const receivedMs = columns.receivedMs[row]!;
      const own = ranges.get(deviceOf(columns.series[row]!)) ?? [];
      return own.some((range) => isKept(range, receivedMs, turn));
    });
  };
  return pick(batch, keeps);
}

/** From this moment on what is received under the epoch is somebody else's; infinity while nobody overtook it. */
function lastMomentOf(epoch: Epoch, turn: Turn): number {
  if (epoch >= turn.epoch) return Number.POSITIVE_INFINITY;
  // Overtaken more than once: when it was the first time is not known any more.
  return epoch === turn.epoch - 1 ? turn.takenAtMs : Number.NEGATIVE_INFINITY;
}

function isKept({ epoch, fromMs, toMs }: ReceivedRange, receivedMs: number, turn: Turn): boolean {
  return receivedMs >= fromMs && receivedMs <= toMs && receivedMs < lastMomentOf(epoch, turn);
}

function pick(
  batch: SampleBatch,
  keeps: (columns: { series: Uint32Array; receivedMs: Float64Array }) => readonly number[],
): SampleBatch {
  const { numbers, texts, ends } = batch;
  const [keptNumbers, keptTexts, keptEnds] = [keeps(numbers), keeps(texts), keeps(ends)];
  return {
    ...batch,
    numbers: {
      series: at(numbers.series, keptNumbers),
      timeUs: at(numbers.timeUs, keptNumbers),
      value: at(numbers.value, keptNumbers),
      delta: at(numbers.delta, keptNumbers),
      spanMs: at(numbers.spanMs, keptNumbers),
      quality: at(numbers.quality, keptNumbers),
      receivedMs: at(numbers.receivedMs, keptNumbers),
    },
    texts: {
      series: at(texts.series, keptTexts),
      timeUs: at(texts.timeUs, keptTexts),
      value: keptTexts.map((row) => texts.value[row]!),
      receivedMs: at(texts.receivedMs, keptTexts),
    },
    ends: {
      series: at(ends.series, keptEnds),
      timeUs: at(ends.timeUs, keptEnds),
      withdrawn: at(ends.withdrawn, keptEnds),
      receivedMs: at(ends.receivedMs, keptEnds),
    },
  };
}

type Column = Uint8Array | Uint16Array | Uint32Array | Int32Array | Float64Array;

function at<Kind extends Column>(column: Kind, rows: readonly number[]): Kind {
  const picked = new (column.constructor as new (length: number) => Kind)(rows.length);
  for (const [to, from] of rows.entries()) picked[to] = column[from]!;
  return picked;
}
