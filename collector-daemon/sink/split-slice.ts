/** Splits a slice into parts with disjoint series, for writers side by side. */
import {
  type EndColumns,
  type NumberColumns,
  type Received,
  rowCount,
  type SampleSlice,
  type TextColumns,
} from '../../core/telemetry/sample.ts';

/**
 * Neighbours in the index go to the same part, so that two writers seldom want the same page. Series of a block have
 * been introduced, and so given ids, one after another.
 */
const blockSize = 256;

/**
 * Rows keep their order; parts without rows are left out.
 * @param slice introduces no series: only then do its parts not depend on one another
 */
export function splitSlice(slice: SampleSlice, parts: number): SampleSlice[] {
  const numbers = rowsOfParts(slice.numbers.series, parts);
  const texts = rowsOfParts(slice.texts.series, parts);
  const ends = rowsOfParts(slice.ends.series, parts);
  return Array.from({ length: parts }, (_, part) => ({
    ...slice,
    numbers: pickNumbers(slice.numbers, numbers[part]!),
    texts: pickTexts(slice.texts, texts[part]!),
    ends: pickEnds(slice.ends, ends[part]!),
  })).filter((part) => rowCount(part) + part.ends.series.length > 0);
}

function rowsOfParts(series: Uint32Array, parts: number): Uint32Array[] {
  const partOf = (ref: number) => Math.floor(ref / blockSize) % parts;
  const counts = new Uint32Array(parts);
  for (const ref of series) counts[partOf(ref)]! += 1;
  const rows = Array.from(counts, (count) => new Uint32Array(count));
  counts.fill(0);
  for (let row = 0; row < series.length; row += 1) {
    const part = partOf(series[row]!);
    rows[part]![counts[part]!] = row;
    counts[part]! += 1;
  }
  return rows;
}

function pickNumbers(columns: Received<NumberColumns>, rows: Uint32Array): Received<NumberColumns> {
  const count = rows.length;
  return {
    series: pick(columns.series, rows, new Uint32Array(count)),
    timeUs: pick(columns.timeUs, rows, new Float64Array(count)),
    value: pick(columns.value, rows, new Float64Array(count)),
    delta: pick(columns.delta, rows, new Float64Array(count)),
    spanMs: pick(columns.spanMs, rows, new Int32Array(count)),
    quality: pick(columns.quality, rows, new Uint16Array(count)),
    receivedMs: pick(columns.receivedMs, rows, new Float64Array(count)),
  };
}

/** A loop: `Column.from(rows, …)` takes ten times as long. */
function pick<Column extends Uint32Array | Float64Array | Int32Array | Uint16Array | Uint8Array>(
  column: Column,
  rows: Uint32Array,
  picked: Column,
): Column {
  for (let at = 0; at < rows.length; at += 1) picked[at] = column[rows[at]!]!;
  return picked;
}

function pickTexts(columns: Received<TextColumns>, rows: Uint32Array): Received<TextColumns> {
  return {
    series: pick(columns.series, rows, new Uint32Array(rows.length)),
    timeUs: pick(columns.timeUs, rows, new Float64Array(rows.length)),
    value: Array.from(rows, (row) => columns.value[row]!),
    receivedMs: pick(columns.receivedMs, rows, new Float64Array(rows.length)),
  };
}

function pickEnds(columns: Received<EndColumns>, rows: Uint32Array): Received<EndColumns> {
  return {
    series: pick(columns.series, rows, new Uint32Array(rows.length)),
    timeUs: pick(columns.timeUs, rows, new Float64Array(rows.length)),
    withdrawn: pick(columns.withdrawn, rows, new Uint8Array(rows.length)),
    receivedMs: pick(columns.receivedMs, rows, new Float64Array(rows.length)),
  };
}
