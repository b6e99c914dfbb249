/** Makes one slice of several, rows in their order. */
import {
  type EndColumns,
  noEnds,
  type NumberColumns,
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
    numbers: joinNumbers(slices.map(({ numbers }) => numbers)),
    texts: joinTexts(slices.map(({ texts }) => texts)),
    ends: joinEnds(slices.map(({ ends }) => ends)),
    oldestReceivedAtMs: oldest.oldestReceivedAtMs,
    sealedAtMs: slices.at(-1)!.sealedAtMs,
  };
}

function joinNumbers(parts: readonly NumberColumns[]): NumberColumns {
  const rows = parts.reduce((sum, { series }) => sum + series.length, 0);
  const joined = {
    series: new Uint32Array(rows),
    timeUs: new Float64Array(rows),
    value: new Float64Array(rows),
    delta: new Float64Array(rows),
    spanMs: new Int32Array(rows),
    quality: new Uint16Array(rows),
  };
  let at = 0;
  for (const part of parts) {
    joined.series.set(part.series, at);
    joined.timeUs.set(part.timeUs, at);
    joined.value.set(part.value, at);
    joined.delta.set(part.delta, at);
    joined.spanMs.set(part.spanMs, at);
    joined.quality.set(part.quality, at);
    at += part.series.length;
  }
  return joined;
}

function joinTexts(parts: readonly TextColumns[]): TextColumns {
  return {
    series: Uint32Array.from(parts.flatMap(({ series }) => [...series])),
    timeUs: Float64Array.from(parts.flatMap(({ timeUs }) => [...timeUs])),
    value: parts.flatMap(({ value }) => value),
  };
}

/** @param parts oldest first */
export function joinEnds(parts: readonly EndColumns[]): EndColumns {
  const some = parts.filter(({ series }) => series.length > 0);
  if (some.length < 2) return some[0] ?? noEnds;
  return {
    series: Uint32Array.from(some.flatMap(({ series }) => [...series])),
    timeUs: Float64Array.from(some.flatMap(({ timeUs }) => [...timeUs])),
    withdrawn: Uint8Array.from(some.flatMap(({ withdrawn }) => [...withdrawn])),
  };
}
