/** Makes one slice of several, rows in their order. */
import {
  type EndColumns,
  noReceivedEnds,
  type NumberColumns,
  type Received,
  type ReceivedRange,
  type SampleSlice,
  type TextColumns,
} from '../../core/telemetry/sample.ts';

/** @param slices at least one, oldest first */
export function joinSlices(slices: readonly SampleSlice[]): SampleSlice {
  const [oldest] = slices;
  if (oldest === undefined) throw new RangeError('there is nothing to join');
  if (slices.length === 1) return oldest;
  return {
    introduces: slices.flatMap(({ introduces }) => introduces),
    retires: slices.flatMap(({ retires }) => retires),
    numbers: joinNumbers(slices.map(({ numbers }) => numbers)),
    texts: joinTexts(slices.map(({ texts }) => texts)),
    ends: joinEnds(slices.map(({ ends }) => ends)),
    received: joinReceived(slices.map(({ received }) => received)),
    sealedAtMs: slices.at(-1)!.sealedAtMs,
  };
}

function joinNumbers(parts: readonly Received<NumberColumns>[]): Received<NumberColumns> {
  const rows = parts.reduce((sum, { series }) => sum + series.length, 0);
  const joined = {
    series: new Uint32Array(rows),
    timeUs: new Float64Array(rows),
    value: new Float64Array(rows),
    delta: new Float64Array(rows),
    spanMs: new Int32Array(rows),
    quality: new Uint16Array(rows),
    receivedMs: new Float64Array(rows),
  };
  let at = 0;
  for (const part of parts) {
    joined.series.set(part.series, at);
    joined.timeUs.set(part.timeUs, at);
    joined.value.set(part.value, at);
    joined.delta.set(part.delta, at);
    joined.spanMs.set(part.spanMs, at);
    joined.quality.set(part.quality, at);
    joined.receivedMs.set(part.receivedMs, at);
    at += part.series.length;
  }
  return joined;
}

function joinTexts(parts: readonly Received<TextColumns>[]): Received<TextColumns> {
  return {
    series: Uint32Array.from(parts.flatMap(({ series }) => [...series])),
    timeUs: Float64Array.from(parts.flatMap(({ timeUs }) => [...timeUs])),
    value: parts.flatMap(({ value }) => value),
    receivedMs: Float64Array.from(parts.flatMap(({ receivedMs }) => [...receivedMs])),
  };
}

/** @param parts oldest first */
export function joinEnds(parts: readonly Received<EndColumns>[]): Received<EndColumns> {
  const some = parts.filter(({ series }) => series.length > 0);
  if (some.length < 2) return some[0] ?? noReceivedEnds;
  return {
    series: Uint32Array.from(some.flatMap(({ series }) => [...series])),
    timeUs: Float64Array.from(some.flatMap(({ timeUs }) => [...timeUs])),
    withdrawn: Uint8Array.from(some.flatMap(({ withdrawn }) => [...withdrawn])),
    receivedMs: Float64Array.from(some.flatMap(({ receivedMs }) => [...receivedMs])),
  };
}

/** One range for each device and epoch. */
export function joinReceived(parts: readonly (readonly ReceivedRange[])[]): ReceivedRange[] {
  const joined = new Map<string, ReceivedRange>();
  for (const range of parts.flat()) {
    const key = `${range.deviceId} ${range.epoch}`;
    const other = joined.get(key) ?? range;
    const fromMs = Math.min(other.fromMs, range.fromMs);
    joined.set(key, { ...range, fromMs, toMs: Math.max(other.toMs, range.toMs) });
  }
  return [...joined.values()];
}
