/** Last values and ends of series compared with the plain truth, on both engines, from samples and from rollups. */
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SeriesId } from '../../../../core/id.ts';
import type { Buckets } from '../../../../core/query/bounds.ts';
import { floorTo, type Tier } from '../../../../core/query/tier.ts';
import { readBucketValues } from '../../../../service/store/reading/bucket-value.ts';
import { queryEngines, type QueryEngine } from '../../../support/query-engines.ts';
import { addSamples } from '../../../support/telemetry-rows.ts';

const seed = Number(process.env['PROPERTY_SEED'] ?? 20_261_121);
const noon = Date.UTC(2026, 10, 21, 12);
const minuteMs = 60_000;
const stepMs = 10_000;
const steps = 120;

/** So few times that samples, ends and bounds often meet, and so many ends that series end again and again. */
const times = (maxLength: number) =>
  fc
    .uniqueArray(fc.nat(steps - 1), { maxLength })
    .map((all) => all.toSorted((one, other) => one - other).map((at) => noon + at * stepMs));
const lives = fc.sample(fc.record({ samples: times(40), ends: times(20) }), {
  seed,
  numRuns: 40,
});
const ids = lives.map((_, at) => (at + 1) as SeriesId);

interface Asked {
  readonly fromMs: number;
  readonly toMs: number;
  readonly buckets: Buckets;
  readonly tier: Tier;
}

const widths = { raw: [stepMs, 25_000, minuteMs, 3 * minuteMs], '1m': [minuteMs, 3 * minuteMs] };
const asked: fc.Arbitrary<Asked> = fc
  .record({
    tier: fc.constantFrom('raw', '1m'),
    by: fc.constantFrom('width', 'range', 'bounds'),
    cuts: fc.uniqueArray(fc.nat(steps), { minLength: 2, maxLength: 6 }),
    width: fc.nat(),
  })
  .map(({ tier, by, cuts, width }) => {
    const times = cuts.map((at) => noon + at * stepMs).toSorted((one, other) => one - other);
    const whole = [...new Set(times.map((ms) => floorTo(ms, minuteMs)))];
    const rows = tier === 'raw' ? times : whole;
    // Readers begin a tier's rows where one begins; the range may end anywhere.
    const [fromMs, toMs] = [rows[0]!, by === 'bounds' ? rows.at(-1)! : times.at(-1)!];
    const widthMs = widths[tier][width % widths[tier].length]!;
    const buckets = {
      width: { by: 'width', widthMs },
      range: { by: 'range' },
      bounds: { by: 'bounds', boundsMs: rows },
    } as const;
    return { fromMs, toMs, buckets: buckets[by], tier };
  })
  .filter(({ fromMs, toMs }) => fromMs < toMs);

/** [series, bucket, value] of what lives at the end of each bucket. */
function truth({ fromMs, toMs, buckets, tier }: Asked): number[][] {
  const bucketOf = (ms: number) => {
    if (buckets.by === 'range') return [0, toMs] as const;
    if (buckets.by === 'bounds') {
      const next = buckets.boundsMs.findIndex((boundMs) => boundMs > ms);
      return [next - 1, buckets.boundsMs[next]!] as const;
    }
    const at = Math.floor(ms / buckets.widthMs);
    return [at, Math.min((at + 1) * buckets.widthMs, toMs)] as const;
  };
  return lives.flatMap(({ samples, ends }, place) => {
    // A row of minutes is of its whole minute, and of what is asked for nothing more is known than that.
    const startOf = (ms: number) => (tier === 'raw' ? ms : floorTo(ms, minuteMs));
    const read = samples.filter((ms) => startOf(ms) >= fromMs && startOf(ms) < toMs);
    const last = new Map(read.map((ms) => [bucketOf(startOf(ms))[0], ms]));
    return [...last].flatMap(([bucket, ms]) => {
      const untilMs = bucketOf(startOf(ms))[1];
      const laterThanAll = (endMs: number) =>
        endMs > samples.at(-1)! ||
        (tier === 'raw' ? endMs > ms : endMs >= Math.min(startOf(ms) + minuteMs, toMs));
      const ended = ends.some((endMs) => endMs < untilMs && laterThanAll(endMs));
      return ended ? [] : [[place, bucket, (ms - noon) / stepMs]];
    });
  });
}

describe.each(['plain', 'timescale'] as const)('on the %s engine', (name) => {
  let engine: QueryEngine;
  beforeAll(async () => {
    engine = await queryEngines[name]();
    for (const [place, { samples, ends }] of lives.entries()) {
      const id = ids[place]!;
      const lines = samples.map((timeMs) => ({ timeMs, value: (timeMs - noon) / stepMs }));
      await addSamples(engine.pool, id, lines);
      await engine.pool.query(
        `insert into series_end select $1, 'epoch'::timestamptz + ms * interval '1 ms'
         from unnest($2::float8[]) as ms`,
        [id, ends],
      );
    }
    await engine.pool.query(
      `insert into series_last (series_id, time) select series_id, max(time) from sample group by 1`,
    );
    const untilMs = noon + steps * stepMs;
    await engine.rollUp({ minutes: untilMs, hours: noon, days: noon });
  }, 60_000);
  afterAll(async () => engine[Symbol.asyncDispose]());

  test('the last value of a bucket is of what lives at its end', async () => {
    const check = async (wanted: Asked) => {
      const range = { fromMs: wanted.fromMs, toMs: wanted.toMs };
      const found = await readBucketValues(engine.pool, {
        seriesIds: ids,
        groups: ids.map((_, place) => place),
        range,
        segments: [{ tier: wanted.tier, ...range }],
        buckets: wanted.buckets,
        measure: 'value',
        average: 'arithmetic',
        reduction: 'last',
        percentile: 95,
        across: 'sum',
        limit: 10_000,
      });
      expect(found.map(({ group, bucket, value }) => [group, bucket, value])).toEqual(
        truth(wanted),
      );
    };
    await fc.assert(fc.asyncProperty(asked, check), { seed, numRuns: 200 });
  }, 60_000);
});
