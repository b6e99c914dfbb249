/** Reading telemetry: which series, over which time, as what, thinned to the pixels of a panel; and the same live. */
import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { deviceIdField, seriesIdField, seriesKindField, timeMsField, unitField } from './fields.ts';
import { operation } from './operation.ts';

export const seriesSelector = z.object({
  /** Canonical path or pattern: `*`, `...`, keys given or left out; a container selects all leaves below it. */
  path: z.string().min(1).max(2_048),
  deviceIds: z.array(deviceIdField).max(1_000).optional(),
  /** Device names; `*` in a name matches any text. */
  devices: z.array(z.string().max(255)).max(1_000).optional(),
  site: z.string().max(255).optional(),
});
export type SeriesSelector = z.infer<typeof seriesSelector>;

/** `value`: gauges as they are; `rate`: counters per second (octets shown as bits by the unit's rateFactor). */
export const queryFunctions = ['value', 'rate'] as const;

export const query = z.object({
  selectors: z.array(seriesSelector).min(1).max(10),
  function: z.enum(queryFunctions),
  /** Keep the N series with the highest mean over the range; the others are counted in `seriesTotal`. */
  top: z.int().min(1).max(100).optional(),
});
export type Query = z.infer<typeof query>;

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
});
export type SeriesPoints = z.infer<typeof seriesPoints>;

export const queryResult = z.object({
  series: z.array(seriesPoints),
  seriesTotal: z
    .int()
    .describe('how many series matched; more than are returned when thinned by top or cap'),
  fromMs: timeMsField,
  toMs: timeMsField,
  bucketMs: z
    .number()
    .describe('width of a thinning bucket; 0 where every sample is in the answer'),
  asOfMs: timeMsField.describe('when the answer was true'),
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
      query.extend({
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
        }),
      ),
    ),
};
