/** Reading telemetry: which series, over which time, as what, thinned to the pixels of a panel; and the same live. */
import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { calendarUnits } from '../query/calendar.ts';
import { fillModes } from '../query/fill.ts';
import { acrossFunctions, percentileWindows, queryFunctions, shownAs } from '../query/measure.ts';
import { tiers } from '../query/tier.ts';
import { isTimeZone, timeZoneProblem } from '../query/time-zone.ts';
import { deviceIdField, seriesIdField, seriesKindField, timeMsField, unitField } from './fields.ts';
import { operation } from './operation.ts';

export const seriesSelector = z.object({
  /** Canonical path or pattern: `*`, `...`, keys given or left out; a container selects all leaves below it. */
  path: z.string().min(1).max(2_048),
  deviceIds: z.array(deviceIdField).max(1_000).optional(),
  /** Device names; `*` in a name matches any text. */
  devices: z.array(z.string().max(255)).max(1_000).optional(),
  site: z.string().max(255).optional(),
  /** Of the series that the rest selects only these. */
  seriesIds: z.array(seriesIdField).max(1_000).optional(),
});
export type SeriesSelector = z.infer<typeof seriesSelector>;

/** What series have in common that become one. */
export const seriesGrouping = z.discriminatedUnion('by', [
  z.object({ by: z.literal('device') }),
  z.object({ by: z.literal('site') }),
  /** `name` is a tag of the device. */
  z.object({ by: z.literal('tag'), name: z.string().min(1).max(64) }),
  /** `name` is a key with its element, as in `keys` of a series: `interface/name`. */
  z.object({ by: z.literal('key'), name: z.string().min(1).max(255) }),
]);
export type SeriesGrouping = z.infer<typeof seriesGrouping>;

export const timeZoneField = z
  .string()
  .refine(isTimeZone, { error: ({ input }) => timeZoneProblem(String(input)) })
  .describe('IANA name, for example Europe/Berlin');

/** What one number is of, where it is not a piece of the panel's width. */
export const bucketing = z.discriminatedUnion('by', [
  z.object({ by: z.literal('range') }),
  z.object({
    by: z.enum(calendarUnits),
    /** Left out, the zone of the site that the selected devices have in common, or UTC where they have none. */
    timeZone: timeZoneField.optional(),
  }),
]);
export type Bucketing = z.infer<typeof bucketing>;

const tenYearsMs = 315_360_000_000;

/** What dashboards hold and live streams carry on. */
export const query = z.object({
  selectors: z.array(seriesSelector).min(1).max(10),
  function: z.enum(['value', 'rate']),
  /** Keep the N series (or groups) with the highest mean over the range; the others are counted in `seriesTotal`. */
  top: z.int().min(1).max(100).optional(),
});
export type Query = z.infer<typeof query>;

/** What can be asked of a time range; every `query` is one. */
export const rangeQuery = query.extend({
  function: z.enum(queryFunctions),
  /** For the function `percentile`; 95 when left out. */
  percentile: z.number().min(0).max(100).optional(),
  /**
   * For the function `percentile`: of the mean of every minute or every 5 minutes (as bandwidth is billed) instead of
   * samples; the series of a group are put together first.
   */
  percentileOf: z.enum(percentileWindows).optional(),
  /**
   * One number for the whole range, or for every hour, day, week (from Monday) or month of a time zone; of `value` and
   * `rate` the mean. The range is widened to whole periods, and `offsetMs` is rounded to whole ones.
   */
  buckets: bucketing.optional(),
  /** With `top`: the sum of the rest as one more series for each unit. */
  other: z.boolean().optional(),
  /** Series alike in this, in metric and in unit become one; of `value` and `rate` the means of buckets. */
  groupBy: seriesGrouping.optional(),
  /** How the series of a group become one; `sum` when left out. */
  across: z.enum(acrossFunctions).optional(),
  /** Buckets without a value, of functions that give one number a bucket; left out, outages break the line. */
  fill: z.enum(fillModes).optional(),
  /** Also the same series this much earlier, shifted onto the asked range. */
  offsetMs: z.int().min(1).max(tenYearsMs).optional(),
});
export type RangeQuery = z.infer<typeof rangeQuery>;

export const seriesInfo = z.object({
  id: seriesIdField,
  deviceId: deviceIdField,
  device: z.string(),
  path: z.string(),
  metric: z.string(),
  keys: z.record(z.string(), z.string()),
  kind: seriesKindField,
  unit: unitField,
});
export type SeriesInfo = z.infer<typeof seriesInfo>;

/** Columns of one series. A null value is a gap: the line must break there. */
export const seriesPoints = z.object({
  series: seriesInfo,
  timesMs: z.array(z.number()),
  values: z.array(z.number().nullable()),
  /** What the numbers are: in the unit, in the unit per second, in the unit per bucket, or samples. */
  shownAs: z.enum(shownAs).optional(),
  /** What the members of a group share (null: they have no such site, tag or key); `series` then stands for all. */
  group: z.object({ label: z.string().nullable() }).optional(),
  /** The sum of what `top` left out. */
  other: z.literal(true).optional(),
  /** Series behind a group or behind `other`. */
  members: z.int().optional(),
  /** Measured `offsetMs` before the times that stand here; `seriesId` is the line of this answer it goes with. */
  earlier: z.object({ offsetMs: z.int(), seriesId: seriesIdField }).optional(),
});
export type SeriesPoints = z.infer<typeof seriesPoints>;

export const knownGap = z.object({
  deviceId: deviceIdField,
  fromMs: timeMsField,
  toMs: timeMsField,
  reason: z.string(),
  lost: z.number().optional().describe('samples known to be lost; others of that time are there'),
});
export type KnownGap = z.infer<typeof knownGap>;

/**
 * Ids from here on name no stored series: groups, the rest of a top-N, earlier periods. They are unique within an
 * answer, and nothing live belongs to them.
 */
export const firstDerivedId = 2 ** 52;

export const queryResult = z.object({
  series: z.array(seriesPoints),
  seriesTotal: z
    .int()
    .describe('how many series matched; more than are returned when thinned by top or cap'),
  fromMs: timeMsField,
  toMs: timeMsField,
  bucketMs: z
    .number()
    .describe('width of a bucket, of a calendar’s the usual one; 0 where every sample is there'),
  asOfMs: timeMsField.describe('when the answer was true'),
  /** Known outages of the devices shown, for broken lines to say why; one still open ends when the answer was made. */
  gaps: z.array(knownGap).optional(),
  /** The coarsest tier that was read. */
  tier: z.enum(tiers).optional(),
  /** Where buckets are hours, days, weeks or months: of this zone. */
  timeZone: z.string().optional(),
  /** What the numbers stand for where it is not what was asked, or not plain from it. */
  note: z.string().optional(),
});
export type QueryResult = z.infer<typeof queryResult>;

export const liveFrame = z.discriminatedUnion('kind', [
  /** Series this stream speaks of from now on, by their place in `series` of later frames. */
  z.object({ kind: z.literal('series'), series: z.array(seriesInfo) }),
  z.object({
    kind: z.literal('points'),
    /** index into the series announced so far, one entry a point */
    series: z.array(z.int()),
    timesMs: z.array(z.number()),
    values: z.array(z.number().nullable()),
  }),
  /** Frames were lost between collector and here; what follows is whole again. */
  z.object({ kind: z.literal('gap'), lostFrames: z.int() }),
]);
export type LiveFrame = z.infer<typeof liveFrame>;

export const queryContract = {
  run: operation('viewer')
    .route({ method: 'POST', path: '/query', summary: 'Telemetry of a time range' })
    .input(
      rangeQuery.extend({
        fromMs: timeMsField,
        toMs: timeMsField,
        widthPx: z.int().min(16).max(8_192).default(800),
      }),
    )
    .output(queryResult),
  live: operation('viewer')
    .route({ method: 'POST', path: '/query/live', summary: 'Telemetry as it arrives' })
    .input(query)
    .output(eventIterator(liveFrame)),
  /** Metrics there are, for the picker: path without keys, how many series, unit, kind. */
  metrics: operation('viewer')
    .route({ method: 'GET', path: '/metrics-catalog', summary: 'Metrics that have series' })
    .input(z.object({ deviceId: deviceIdField.optional(), search: z.string().max(255).optional() }))
    .output(
      z.array(
        z.object({
          metric: z.string(),
          kind: seriesKindField,
          unit: unitField,
          series: z.int(),
          devices: z.int(),
        }),
      ),
    ),
  /** Newest value of every series selected, texts and states included. */
  latest: operation('viewer')
    .route({ method: 'POST', path: '/query/latest', summary: 'Newest values' })
    .input(
      z.object({
        selectors: z.array(seriesSelector).min(1).max(10),
        limit: z.int().min(1).max(50_000).default(1_000),
      }),
    )
    .output(
      z.array(
        z.object({
          series: seriesInfo,
          timeMs: timeMsField,
          value: z.number().nullable(),
          text: z.string().nullable(),
          endedAtMs: timeMsField
            .nullable()
            .default(null)
            .describe('since when the device no longer has the leaf; null while it does'),
        }),
      ),
    ),
};
