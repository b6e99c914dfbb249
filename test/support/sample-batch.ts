/** Makes sealed batches from rows, for tests. */
import type { DeviceId, NodeName } from '../../core/id.ts';
import type { ReceivedRange, SampleBatch } from '../../core/telemetry/sample.ts';
import type { SeriesDefinition } from '../../core/telemetry/series.ts';
import { keysOf, metricOf, parsePath } from '../../core/telemetry/path.ts';

export interface NumberRow {
  readonly ref: number;
  readonly timeUs: number;
  readonly value: number;
  readonly delta?: number;
  readonly spanMs?: number;
  readonly quality?: number;
  readonly receivedMs?: number;
}

export interface TextRow {
  readonly ref: number;
  readonly timeUs: number;
  readonly value: string;
  readonly receivedMs?: number;
}

export interface EndRow {
  readonly ref: number;
  readonly timeUs: number;
  readonly withdrawn?: boolean;
  readonly receivedMs?: number;
}

export interface BatchParts {
  readonly sequence?: number;
  readonly introduces?: readonly SeriesDefinition[];
  readonly retires?: readonly number[];
  readonly numbers?: readonly NumberRow[];
  readonly texts?: readonly TextRow[];
  readonly ends?: readonly EndRow[];
  readonly received?: readonly ReceivedRange[];
}

export function sampleBatch(parts: BatchParts): SampleBatch {
  const numbers = parts.numbers ?? [];
  const texts = parts.texts ?? [];
  const ends = parts.ends ?? [];
  return {
    key: { node: 'test' as NodeName, incarnation: 1, worker: 0, sequence: parts.sequence ?? 1 },
    introduces: parts.introduces ?? [],
    retires: parts.retires ?? [],
    numbers: {
      series: Uint32Array.from(numbers, ({ ref }) => ref),
      timeUs: Float64Array.from(numbers, ({ timeUs }) => timeUs),
      value: Float64Array.from(numbers, ({ value }) => value),
      delta: Float64Array.from(numbers, ({ delta }) => delta ?? Number.NaN),
      spanMs: Int32Array.from(numbers, ({ spanMs }) => spanMs ?? -1),
      quality: Uint16Array.from(numbers, ({ quality }) => quality ?? 0),
      receivedMs: receiveTimes(numbers),
    },
    texts: {
      series: Uint32Array.from(texts, ({ ref }) => ref),
      timeUs: Float64Array.from(texts, ({ timeUs }) => timeUs),
      value: texts.map(({ value }) => value),
      receivedMs: receiveTimes(texts),
    },
    ends: {
      series: Uint32Array.from(ends, ({ ref }) => ref),
      timeUs: Float64Array.from(ends, ({ timeUs }) => timeUs),
      withdrawn: Uint8Array.from(ends, ({ withdrawn }) => Number(withdrawn ?? false)),
      receivedMs: receiveTimes(ends),
    },
    received: parts.received ?? [],
    sealedAtMs: 0,
  };
}

/** As it is where a row does not say otherwise: received when it was measured. */
function receiveTimes(rows: readonly { timeUs: number; receivedMs?: number }[]): Float64Array {
  return Float64Array.from(rows, ({ timeUs, receivedMs }) => receivedMs ?? timeUs / 1_000);
}

/** A definition from a path's text; metric and keys follow from it. */
export function seriesDefinition(
  ref: number,
  deviceId: DeviceId,
  pathText: string,
  rest: Partial<Pick<SeriesDefinition, 'kind' | 'unit'>> = {},
): SeriesDefinition {
  const path = parsePath(pathText);
  if (!path.ok) throw new Error(path.problem);
  return {
    ref,
    deviceId,
    path: pathText,
    metric: metricOf(path.value),
    keys: keysOf(path.value),
    kind: 'counter',
    unit: 'By',
    ...rest,
  };
}
