/** Reading compared with the plain truth, on both engines and from every tier, over data with resets and outages. */
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { QueryResult, RangeQuery } from '../../../core/contract/query.ts';
import type { SeriesId } from '../../../core/id.ts';
import {
  ceilTo,
  defaultRetention,
  floorTo,
  tierMs,
  type TierRetention,
} from '../../../core/query/tier.ts';
import type { TimeRange } from '../../../core/query/time-range.ts';
import type { PanelQuery } from '../../../service/query/panel-query.ts';
import { createQueryRouter } from '../../../service/query/query-router.ts';
import { createStoreSource, type StoreSourceOptions } from '../../../service/query/store-source.ts';
import { queryEngines, type QueryEngine } from '../../support/query-engines.ts';
import {
  addDeviceRow,
  addSamples,
  addSeries,
  type SampleLine,
} from '../../support/telemetry-rows.ts';

const minuteMs = 60_000;
const hourMs = 3_600_000;
const dayMs = 86_400_000;
const stepMs = 30_000;
const endMs = Date.UTC(2026, 10, 21, 12, 34, 50);
const startMs = endMs - 3 * dayMs;
const seed = Number(process.env['PROPERTY_SEED'] ?? 20_261_121);
const never = new AbortController().signal;
const paths = {
  gauge: '/system/memory/state/used',
  counter: '/interfaces/interface[name=Ethernet1/1]/state/counters/in-octets',
} as const;

/** Noise in which every value differs, so that an extreme can only come from its own sample. */
const noise = (at: number) => Math.round(1e6 * Math.sin(at * at + 1)) + at / 1e5;
const inOutage = (at: number) => (at > 2_000 && at < 2_400) || at % 1_777 < 3;

/** A counter that restarts now and then; after an outage nobody knows the increase. */
const lines: readonly SampleLine[] = Array.from(
  { length: (endMs - startMs) / stepMs },
  (_, at) => ({
    timeMs: startMs + at * stepMs,
    value: noise(at),
    delta: inOutage(at - 1) || at === 0 ? null : at % 500 === 0 ? 3 : Math.abs(noise(at)),
    spanMs: inOutage(at - 1) || at === 0 ? null : stepMs,
  }),
).filter((_, at) => !inOutage(at));

const reachingBack = (rest: Partial<TierRetention>) => ({ ...defaultRetention, ...rest });
/** Everything is there still, and reading it all is not worth it. */
const sparing = { maxRawSamples: 100, maxRawRows: 100 };
const ages: readonly StoreSourceOptions[] = [
  {},
  { maxRawSamples: 100 },
  sparing,
  { retention: reachingBack({ raw: hourMs }) },
  { retention: reachingBack({ raw: hourMs, '1m': 3 * hourMs }) },
  { retention: reachingBack({ raw: hourMs, '1m': 3 * hourMs, '1h': 36 * hourMs }) },
];

/** Times as people and programs choose them: any, and the borders of every tier. */
const anyTime = fc.oneof(
  ...[1, minuteMs, hourMs, dayMs].map((widthMs) =>
    fc.integer({ min: startMs, max: endMs }).map((timeMs) => floorTo(timeMs, widthMs)),
  ),
  fc.constantFrom(startMs, endMs, startMs - dayMs, endMs + hourMs),
);
const anyRange = fc
  .tuple(anyTime, anyTime)
  .filter(([one, other]) => one !== other)
  .map(([one, other]) => ({ fromMs: Math.min(one, other), toMs: Math.max(one, other) }));

const rateOf = ({ delta, spanMs }: SampleLine) => (delta! / spanMs!) * 1_000;
const known = { value: lines, rate: lines.filter(({ delta }) => delta !== null) };
const numbersOf = { value: (line: SampleLine) => line.value, rate: rateOf };
const within =
  ({ fromMs, toMs }: TimeRange) =>
  ({ timeMs }: { timeMs: number }) =>
    timeMs >= fromMs && timeMs < toMs;

describe.each(['plain', 'timescale'] as const)('on the %s engine', (name) => {
  let engine: QueryEngine;
  let ids: Record<keyof typeof paths, SeriesId>;
  beforeAll(async () => {
    engine = await queryEngines[name]();
    const device = await addDeviceRow(engine.pool, 'leaf-01');
    const kind = { kind: 'gauge', unit: '1' } as const;
    ids = {
      gauge: await addSeries(engine.pool, device, paths.gauge, kind),
      counter: await addSeries(engine.pool, device, paths.counter),
    };
    for (const id of Object.values(ids)) await addSamples(engine.pool, id, lines);
    // Each rollup lags behind what it is made of.
    const lag = { minutes: endMs - 5 * minuteMs, hours: endMs - 2 * hourMs, days: endMs - dayMs };
    await engine.rollUp(lag);
  }, 60_000);
  afterAll(async () => engine[Symbol.asyncDispose]());

  function ask(
    path: string,
    query: Pick<PanelQuery, 'function'> & TimeRange & { widthPx: number },
    options: StoreSourceOptions,
  ): Promise<QueryResult> {
    const store = createStoreSource(engine.pool, options);
    const router = createQueryRouter({ store }, { nowMs: () => endMs });
    return router.run({ selectors: [{ path }], ...query }, never);
  }

  test.each([
    ['a gauge', 'gauge', 'value'],
    ['the rates of a counter', 'counter', 'rate'],
  ] as const)(
    'every pixel of %s keeps its minimum and its maximum',
    async (_, kind, measure) => {
      const tiersSeen = new Set<string | undefined>();
      await fc.assert(
        fc.asyncProperty(
          anyRange,
          fc.integer({ min: 2, max: 1_000 }),
          fc.constantFrom(...ages),
          async (range, widthPx, options) => {
            const query = { function: measure, widthPx, ...range };
            const answer = await ask(paths[kind], query, options);
            tiersSeen.add(answer.tier);
            expect(wrongExtremes(answer, { range, widthPx, measure })).toEqual([]);
          },
        ),
        { seed, numRuns: 150 },
      );
      expect(tiersSeen).toEqual(new Set(['raw', '1m', '1h', '1d']));
    },
    60_000,
  );

  const reductions = ['avg', 'min', 'max', 'sum', 'count', 'last', 'increase'] as const;
  test('numbers of buckets are those of the samples, wherever the range begins and ends', async () => {
    const tiersSeen = new Set<string | undefined>();
    await fc.assert(
      fc.asyncProperty(
        anyRange,
        fc.integer({ min: 2, max: 60 }),
        fc.constantFrom(...reductions),
        fc.constantFrom('gauge', 'counter'),
        async (range, widthPx, reduction, kind) => {
          fc.pre(reduction !== 'increase' || kind === 'counter');
          const query = { function: reduction, widthPx, ...range };
          const { series, bucketMs, tier } = await ask(paths[kind], query, sparing);
          tiersSeen.add(tier);
          const expected = reduced({ range, bucketMs, reduction, kind });
          const found = (series[0]?.timesMs ?? []).flatMap((timeMs, at) => {
            const value = series[0]!.values[at]!;
            return value === null ? [] : [[timeMs, value] as const];
          });
          expect(found.map(([timeMs]) => timeMs)).toEqual(expected.map(([timeMs]) => timeMs));
          for (const [at, [, value]] of expected.entries())
            expect(Math.abs(found[at]![1] - value)).toBeLessThanOrEqual(
              1e-9 * Math.abs(value) + 1e-6,
            );
        },
      ),
      { seed, numRuns: 150 },
    );
    expect(tiersSeen).toEqual(new Set(['raw', '1m', '1h', '1d']));
  }, 60_000);
});

/** What is wrong with an answer, in words; nothing where all is well. */
function wrongExtremes(
  { series, bucketMs, tier = 'raw' }: QueryResult,
  { range, widthPx, measure }: { range: TimeRange; widthPx: number; measure: 'value' | 'rate' },
): string[] {
  const { timesMs, values } = series[0] ?? { timesMs: [], values: [] };
  const points = timesMs
    .map((timeMs, at) => ({ timeMs, value: values[at]! }))
    .filter(({ value }) => value !== null);
  const wrong = [];
  if (values.length > Math.min(2 * widthPx, 1_600)) wrong.push(`${values.length} points`);
  if (timesMs.some((timeMs, at) => at > 0 && timeMs <= timesMs[at - 1]!)) wrong.push('order');
  if (!points.every(within(range))) wrong.push('outside of the range');
  const numbers = known[measure].map((line) => ({ ...line, number: numbersOf[measure](line) }));
  const asked = numbers.filter(within(range));
  if (bucketMs === 0 && points.length !== asked.length) wrong.push('samples are missing');
  const indexOf = ({ timeMs }: { timeMs: number }) => Math.floor(timeMs / (bucketMs || 1));
  const shown = Map.groupBy(points, indexOf);
  // Where finer tiers are gone a row that the range cuts is given whole.
  const widthMs = tierMs[tier] || 1;
  const whole = { fromMs: floorTo(range.fromMs, widthMs), toMs: ceilTo(range.toMs, widthMs) };
  const possible = Map.groupBy(numbers.filter(within(whole)), indexOf);
  for (const [index, own] of Map.groupBy(asked, indexOf)) {
    const there = (shown.get(index) ?? []).map(({ value }) => value);
    const real = own.map(({ number }) => number);
    const widest = possible.get(index)!.map(({ number }) => number);
    for (const [extreme, sign] of [
      [Math.max, 1],
      [Math.min, -1],
    ] as const) {
      const found = extreme(...there) * sign;
      if (!(found >= extreme(...real) * sign && found <= extreme(...widest) * sign))
        wrong.push(`extreme of the bucket ${index}: ${found}`);
    }
  }
  return wrong;
}

type Bucket = readonly SampleLine[];

const sumOf = (numbers: readonly number[]) => numbers.reduce((sum, number) => sum + number, 0);
const deltas = (own: Bucket) => own.map(({ delta }) => delta!);
const spans = (own: Bucket) => sumOf(own.map(({ spanMs }) => spanMs!));
const values = (own: Bucket) => own.map(({ value }) => value);

type Naive = Partial<Record<RangeQuery['function'], (own: Bucket) => number>>;
const ofGauges: Naive = {
  avg: (own) => sumOf(values(own)) / own.length,
  min: (own) => Math.min(...values(own)),
  max: (own) => Math.max(...values(own)),
  sum: (own) => sumOf(values(own)),
  count: (own) => own.length,
  last: (own) => own.at(-1)!.value,
};
const ofCounters: Naive = {
  ...ofGauges,
  avg: (own) => (sumOf(deltas(own)) / spans(own)) * 1_000,
  min: (own) => Math.min(...own.map(rateOf)),
  max: (own) => Math.max(...own.map(rateOf)),
  sum: (own) => sumOf(deltas(own)),
  increase: (own) => sumOf(deltas(own)),
};

function reduced({
  range,
  bucketMs,
  reduction,
  kind,
}: {
  range: TimeRange;
  bucketMs: number;
  reduction: RangeQuery['function'];
  kind: 'gauge' | 'counter';
}): (readonly [timeMs: number, value: number])[] {
  const asReadings = kind === 'gauge' || reduction === 'count' || reduction === 'last';
  const own = (asReadings ? known.value : known.rate).filter(within(range));
  const buckets = Map.groupBy(own, ({ timeMs }) => floorTo(timeMs, bucketMs));
  const reduce = (kind === 'gauge' ? ofGauges : ofCounters)[reduction]!;
  return [...buckets].map(([timeMs, members]) => [timeMs, reduce(members)]);
}
