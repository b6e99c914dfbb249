/** Cuts a slice in two, the earlier rows first; columns are shared, not copied. */
import type {
  EndColumns,
  NumberColumns,
  Received,
  SampleSlice,
  TextColumns,
} from '../../core/telemetry/sample.ts';

/** What is introduced comes with the first half. Of a slice of one row a half may be empty. */
export function halveSlice(slice: SampleSlice): [earlier: SampleSlice, later: SampleSlice] {
  const numbers = Math.ceil(slice.numbers.series.length / 2);
  const texts = Math.ceil(slice.texts.series.length / 2);
  const ends = Math.ceil(slice.ends.series.length / 2);
  return [
    {
      ...slice,
      numbers: cutNumbers(slice.numbers, 0, numbers),
      texts: cutTexts(slice.texts, 0, texts),
      ends: cutEnds(slice.ends, 0, ends),
    },
    {
      ...slice,
      introduces: [],
      numbers: cutNumbers(slice.numbers, numbers),
      texts: cutTexts(slice.texts, texts),
      ends: cutEnds(slice.ends, ends),
    },
  ];
}

function cutNumbers(
  columns: Received<NumberColumns>,
  from: number,
  to?: number,
): Received<NumberColumns> {
  return {
    series: columns.series.subarray(from, to),
    timeUs: columns.timeUs.subarray(from, to),
    value: columns.value.subarray(from, to),
    delta: columns.delta.subarray(from, to),
    spanMs: columns.spanMs.subarray(from, to),
    quality: columns.quality.subarray(from, to),
    receivedMs: columns.receivedMs.subarray(from, to),
  };
}

function cutTexts(
  columns: Received<TextColumns>,
  from: number,
  to?: number,
): Received<TextColumns> {
  return {
    series: columns.series.subarray(from, to),
    timeUs: columns.timeUs.subarray(from, to),
    value: columns.value.slice(from, to),
    receivedMs: columns.receivedMs.subarray(from, to),
  };
}

function cutEnds(columns: Received<EndColumns>, from: number, to?: number): Received<EndColumns> {
  return {
    series: columns.series.subarray(from, to),
    timeUs: columns.timeUs.subarray(from, to),
    withdrawn: columns.withdrawn.subarray(from, to),
    receivedMs: columns.receivedMs.subarray(from, to),
  };
}
