/** A writer of samples that keeps what it was given, for tests. */
import type { NumberRow, SampleWriter } from '../../core/telemetry/sample.ts';

export type RecordedRow =
  | ({ readonly kind: 'number' } & Readonly<NumberRow>)
  | {
      readonly kind: 'text';
      readonly series: number;
      readonly timeUs: number;
      readonly value: string;
    };

export type RecordedEnd = readonly [series: number, timeUs: number, withdrawn: boolean];

export class RecordedSamples implements SampleWriter {
  readonly rows: RecordedRow[] = [];
  readonly ends: RecordedEnd[] = [];

  number(row: NumberRow): void {
    this.rows.push({ kind: 'number', ...row });
  }

  text(series: number, timeUs: number, value: string): void {
    this.rows.push({ kind: 'text', series, timeUs, value });
  }

  end(...end: RecordedEnd): void {
    this.ends.push(end);
  }
}
