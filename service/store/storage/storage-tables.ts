/** The tables that hold data by time: their columns, how long they are kept, and how plain PostgreSQL cuts them. */
import type { Retention } from './retention-settings.ts';

export interface TimeTable {
  readonly name: string;
  readonly timeColumn: 'time' | 'bucket';
  /** Which retention setting it goes by. */
  readonly keptDays: keyof Retention;
  /**
   * Length of a plain partition in whole UTC days, counted from the epoch; those of samples and texts may be shorter
   * (`partition-length.ts`), but end where a day does.
   */
  readonly partitionDays: number;
}

export const sampleTable = {
  name: 'sample',
  timeColumn: 'time',
  keptDays: 'rawDays',
  partitionDays: 1,
} as const satisfies TimeTable;

export const textTable = { ...sampleTable, name: 'sample_text' } as const satisfies TimeTable;

export const eventTable = {
  name: 'event',
  timeColumn: 'time',
  keptDays: 'eventDays',
  partitionDays: 1,
} as const satisfies TimeTable;

/** One step of the rollup: a table of buckets and the table it is computed from. */
export interface RollupTier extends TimeTable {
  readonly tier: '1m' | '1h' | '1d';
  readonly source: string;
  /** Every bucket lies in one partition of the source, so a source is whole for a bucket or gone. */
  readonly bucketMs: number;
  /** An open bucket that keeps getting samples is recomputed at most this often. */
  readonly patienceMs: number;
}

/** From fine to coarse. */
export const rollupTiers: readonly RollupTier[] = [
  {
    name: 'sample_1m',
    tier: '1m',
    source: 'sample',
    timeColumn: 'bucket',
    bucketMs: 60_000,
    patienceMs: 10_000,
    keptDays: 'minuteDays',
    partitionDays: 7,
  },
  {
    name: 'sample_1h',
    tier: '1h',
    source: 'sample_1m',
    timeColumn: 'bucket',
    bucketMs: 3_600_000,
    patienceMs: 120_000,
    keptDays: 'hourDays',
    partitionDays: 28,
  },
  {
    name: 'sample_1d',
    tier: '1d',
    source: 'sample_1h',
    timeColumn: 'bucket',
    bucketMs: 86_400_000,
    patienceMs: 600_000,
    keptDays: 'dayDays',
    partitionDays: 364,
  },
];

export const sampleColumns = `time timestamptz not null,
  series_id bigint not null,
  value float8 not null,
  delta float8,
  span_ms int,
  quality smallint`;

export const textColumns = `time timestamptz not null,
  series_id bigint not null,
  value text not null`;

/** The same names and types as the continuous aggregates have; `first` and `last` go by time. */
export const rollupColumns = `series_id bigint not null,
  bucket timestamptz not null,
  count bigint not null,
  sum float8 not null,
  min float8 not null,
  max float8 not null,
  first float8 not null,
  last float8 not null,
  increase float8,
  rate_min float8,
  rate_max float8,
  covered_ms bigint,
  resets int`;

/** For the catalogue: what the columns of the tables of the same name mean. */
export const columnComments: readonly (readonly [column: string, comment: string])[] = [
  [
    'sample.delta',
    'counters: exact increase since the previous sample; null for gauges, first samples, after a gap, out of order',
  ],
  ['sample.span_ms', 'ms that delta covers'],
  [
    'sample.quality',
    'bits: 1 reset, 2 wrap, 4 bridged, 8 coalesced by the device, 16 clock fault, 32 uncounted',
  ],
];
