/** What PostgreSQL or the rollups could not bear, found before it is sent: a reason, or null where all is well. */
import type { NumberColumns, TextColumns } from '../../../core/telemetry/sample.ts';
import type { SeriesDefinition } from '../../../core/telemetry/series.ts';
import { postgresEpochUs } from './copy-encoder.ts';

/** An index row holds at most about 2,700 bytes; the unique key of a series has its path in it. */
const maxPathBytes = 2_048;

/** A bucket's sum, and a delta's rate, must fit float8: one that does not would stop the rollups of everything. */
const largest = 1e290;
const smallestDelta = 1e-290;

/** Of the value itself. */
export const notFinite = 'not a finite number';

export function definitionProblem(definition: SeriesDefinition): string | null {
  const { path } = definition;
  if (path.includes('\0') || !path.isWellFormed()) return 'the path holds NUL or broken text';
  return path.length > maxPathBytes / 4 && Buffer.byteLength(path) > maxPathBytes
    ? `the path is longer than ${maxPathBytes} bytes`
    : null;
}

export function numberProblem(columns: NumberColumns, row: number): string | null {
  if (!Number.isFinite(columns.value[row])) return notFinite;
  if (Math.abs(columns.value[row]!) > largest) return 'too large to be summed up';
  const delta = Math.abs(columns.delta[row]!);
  if (delta === Infinity) return 'the delta is not a finite number';
  if (delta > largest || (delta > 0 && delta < smallestDelta))
    return 'no rate can be made of the delta';
  return timeProblem(columns.timeUs[row]!);
}

export function textProblem(columns: TextColumns, row: number): string | null {
  const value = columns.value[row]!;
  if (value.includes('\0')) return 'the text holds NUL';
  if (!value.isWellFormed()) return 'the text holds half a character';
  return timeProblem(columns.timeUs[row]!);
}

function timeProblem(timeUs: number): string | null {
  return Number.isSafeInteger(timeUs) && Number.isSafeInteger(timeUs - postgresEpochUs)
    ? null
    : 'the time is none';
}
