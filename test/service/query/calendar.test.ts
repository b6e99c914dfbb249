/** Hours, days, weeks and months of a time zone compared with a plain computation, on both engines. */
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { QueryResult } from '../../../core/contract/query.ts';
import { defaultRetention } from '../../../core/query/tier.ts';
import type { PanelQuery } from '../../../service/query/panel-query.ts';
import {
  counted,
  dateIn,
  dayMs,
  endMs,
  hourMs,
  increaseOf,
  measured,
  minuteMs,
  rateOf,
  sparing,
  startMs,
  twoPorts,
  type TwoPorts,
} from '../../support/two-ports.ts';
import type { SampleLine } from '../../support/telemetry-rows.ts';

const seed = Number(process.env['PROPERTY_SEED'] ?? 20_261_121);
const berlin = 'Europe/Berlin';

function perDay<Value>(
  timeZone: string,
  lines: readonly SampleLine[],
  reduce: (own: readonly SampleLine[]) => Value,
): [date: string, value: Value][] {
  const dateOf = dateIn(timeZone);
  const days = Map.groupBy(lines, ({ timeMs }) => dateOf(timeMs));
  return [...days].map(([date, own]) => [date, reduce(own)]);
}

const dated = (timeZone: string, { series }: QueryResult) =>
  series[0]!.timesMs.map((timeMs, at) => [dateIn(timeZone)(timeMs), series[0]!.values[at]]);

/** The local day, the Monday before it or its month. */
const namesOf = {
  day: (date: string) => date,
  week: (date: string) => {
    const day = Math.floor(Date.parse(date) / dayMs);
    return new Date((day - ((day + 3) % 7)) * dayMs).toISOString().slice(0, 10);
  },
  month: (date: string) => date.slice(0, 7),
};

describe.each(['plain', 'timescale'] as const)('on the %s engine', (name) => {
  let ports: TwoPorts;
  beforeAll(async () => void (ports = await twoPorts(name)), 60_000);
  afterAll(async () => ports[Symbol.asyncDispose]());
  const ask: TwoPorts['ask'] = (query, options) => ports.ask(query, options);

  test.each([
    ['UTC', '1d'],
    [berlin, '1h'],
    ['America/New_York', '1h'],
    ['Asia/Kolkata', '1m'],
    ['Asia/Kathmandu', '1m'],
    ['Australia/Lord_Howe', '1h'],
  ] as const)('days of %s, from samples and from rows of %s', async (timeZone, tier) => {
    const midnight = new Intl.DateTimeFormat('en-GB', { timeZone, timeStyle: 'medium' });
    for (const options of [{}, sparing]) {
      const answer = await ask({ buckets: { by: 'day', timeZone } }, options);
      expect(answer.tier).toBe(options === sparing ? tier : 'raw');
      expect(dated(timeZone, answer)).toEqual(perDay(timeZone, counted(0), increaseOf));
      expect(answer.note).toBeUndefined();
      expect(answer.timeZone).toBe(timeZone);
      expect(answer.bucketMs).toBe(dayMs);
      for (const timeMs of [...answer.series[0]!.timesMs, answer.fromMs, answer.toMs])
        expect(midnight.format(timeMs)).toBe('00:00:00');
    }
  });

  const reductions = {
    increase: increaseOf,
    avg: rateOf,
    count: (own: readonly SampleLine[]) => own.length,
    max: (own: readonly SampleLine[]) => Math.max(...own.map((line) => rateOf([line]))),
    min: (own: readonly SampleLine[]) => Math.min(...own.map((line) => rateOf([line]))),
  } as const;
  const withoutSamples = { retention: { ...defaultRetention, raw: hourMs } };
  const withoutMinutes = { retention: { ...withoutSamples.retention, '1m': 30 * hourMs } };
  const anyTime = fc.integer({ min: startMs - dayMs, max: endMs });
  test('any function of any period in any zone is that of its samples', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(anyTime, anyTime).filter(([one, other]) => one !== other),
        fc.constantFrom('day', 'week', 'month'),
        fc.constantFrom(berlin, 'UTC', 'Asia/Kolkata', 'America/St_Johns', 'Pacific/Auckland'),
        fc.constantFrom(...(Object.keys(reductions) as (keyof typeof reductions)[])),
        fc.constantFrom({}, sparing, withoutSamples, withoutMinutes),
        async (times, by, timeZone, reduction, options) => {
          fc.pre(options !== withoutMinutes || !/Kolkata|Johns/.test(timeZone));
          const range = { fromMs: Math.min(...times), toMs: Math.max(...times) };
          const query = { ...range, function: reduction, buckets: { by, timeZone } } as const;
          const { series, fromMs, toMs } = await ask(query, options);
          const dateOf = dateIn(timeZone);
          const nameAt = (timeMs: number) => namesOf[by](dateOf(timeMs));
          const lines = reduction === 'count' ? measured(0) : counted(0);
          const own = lines.filter(({ timeMs }) => timeMs >= fromMs && timeMs < toMs);
          const expected = [...Map.groupBy(own, ({ timeMs }) => nameAt(timeMs))];
          const found = (series[0]?.timesMs ?? [])
            .map((timeMs, at) => [nameAt(timeMs), series[0]!.values[at]!] as const)
            .filter(([, value]) => value !== null);
          expect(found.map(([period]) => period)).toEqual(expected.map(([period]) => period));
          for (const [at, [, members]] of expected.entries())
            expect(found[at]![1] / reductions[reduction](members)).toBeCloseTo(1, 9);
        },
      ),
      { seed, numRuns: 60 },
    );
  }, 60_000);

  test.each([
    [berlin, '1h', 0],
    ['Asia/Kolkata', '1m', 30 * minuteMs],
    ['Asia/Kathmandu', '1m', 15 * minuteMs],
  ] as const)('hours of %s, one of them twice where clocks go back', async (timeZone, tier, at) => {
    const range = { fromMs: Date.UTC(2026, 9, 24, 20), toMs: Date.UTC(2026, 9, 25, 6) };
    const answer = await ask({ ...range, buckets: { by: 'hour', timeZone } }, sparing);
    expect(answer.tier).toBe(tier);
    const { fromMs, toMs, series } = answer;
    const own = counted(0).filter(({ timeMs }) => timeMs >= fromMs && timeMs < toMs);
    const hours = Map.groupBy(own, ({ timeMs }) => Math.floor((timeMs - at) / hourMs));
    expect(series[0]!.timesMs).toEqual([...hours.keys()].map((hour) => hour * hourMs + at));
    expect(series[0]!.values).toEqual([...hours.values()].map(increaseOf));
  });

  test('where the minutes are gone, days begin at the nearest hour, and it is said; newer ones are whole', async () => {
    const retention = { ...defaultRetention, raw: hourMs, '1m': 4 * dayMs };
    const timeZone = 'Asia/Kolkata';
    const answer = await ask({ buckets: { by: 'day', timeZone } }, { retention });
    expect(answer.tier).toBe('1h');
    expect(answer.note).toBe(
      'Where only coarser rows are left, each day of Asia/Kolkata begins at the nearest hour.',
    );
    // Of the 25th on there are minutes; older days begin at 0:30 by their clocks, where a row of an hour does.
    const splitMs = Date.parse('2026-10-25T00:00+05:30');
    const halfMs = hourMs / 2;
    const older = counted(0).filter(({ timeMs }) => timeMs < splitMs + halfMs);
    const newer = counted(0).filter(({ timeMs }) => timeMs >= splitMs);
    const moved = older.map((line) => ({ ...line, timeMs: line.timeMs - halfMs }));
    expect(dated(timeZone, answer)).toEqual([
      ...perDay(timeZone, moved, increaseOf),
      ...perDay(timeZone, newer, increaseOf),
    ]);
  });

  test('where only days are left, a local day is the day of UTC of its date, and hours are refused', async () => {
    const retention = { raw: hourMs, '1m': hourMs, '1h': hourMs, '1d': 10 * dayMs };
    for (const timeZone of ['America/New_York', 'Asia/Tokyo']) {
      const range = { toMs: Date.UTC(2026, 9, 26, 12) };
      const answer = await ask({ ...range, buckets: { by: 'day', timeZone } }, { retention });
      const own = perDay('UTC', counted(0), increaseOf).filter(([date]) => date <= '2026-10-26');
      expect(dated(timeZone, answer)).toEqual(own);
      expect(answer.note).toMatch(/begins at the nearest midnight of UTC\.$/);
    }
    const hours = { by: 'hour', timeZone: berlin } as const;
    await expect(ask({ buckets: hours, toMs: startMs + dayMs }, { retention })).rejects.toThrow(
      'of 2026-10-20T07:00:00.000Z nothing finer than days is kept: ask for longer periods or a later range',
    );
  });

  test('rates of days are their means; weeks and months are whole ones', async () => {
    const day = { by: 'day', timeZone: berlin } as const;
    const days = await ask({ buckets: day, function: 'rate' }, sparing);
    const expected = perDay(berlin, counted(0), rateOf);
    for (const [at, [date, value]] of dated(berlin, days).entries()) {
      expect(date).toBe(expected[at]![0]);
      expect(value).toBeCloseTo(expected[at]![1], 6);
    }
    expect(days.series[0]!.shownAs).toBe('rate');
    const weeks = await ask({ buckets: { by: 'week', timeZone: berlin } });
    expect(dated(berlin, weeks).map(([date]) => date)).toEqual(['2026-10-19', '2026-10-26']);
    const month = await ask({ buckets: { by: 'month', timeZone: berlin } });
    expect(dated(berlin, month)).toEqual([['2026-10-01', increaseOf(counted(0))]]);
  });

  test('days without a value stay empty, or are filled as asked, and none is in the future', async () => {
    const buckets = { by: 'day', timeZone: berlin } as const;
    const range = { fromMs: startMs - 2 * dayMs, toMs: endMs + 5 * dayMs };
    const { series } = await ask({ buckets, ...range });
    expect(series[0]!.values.slice(0, 3)).toEqual([null, null, expect.any(Number)]);
    expect(series[0]!.timesMs.at(-1)).toBeLessThan(endMs);
    const filled = await ask({ buckets, ...range, fill: 'zero' });
    expect(filled.series[0]!.values.slice(0, 2)).toEqual([0, 0]);
  });

  test('the day before is the day before, though the clocks changed in between', async () => {
    const range = { fromMs: Date.UTC(2026, 9, 25, 12), toMs: Date.UTC(2026, 9, 26, 12) };
    const buckets = { by: 'day', timeZone: berlin } as const;
    const answer = await ask({ buckets, ...range, offsetMs: dayMs }, sparing);
    const byDate = new Map(perDay(berlin, counted(0), increaseOf));
    const of = (...dates: string[]) => dates.map((date) => byDate.get(date));
    expect(answer.series.map(({ values }) => values)).toEqual([
      of('2026-10-25', '2026-10-26'),
      of('2026-10-24', '2026-10-25'),
    ]);
    expect(answer.series[1]!.timesMs).toEqual(answer.series[0]!.timesMs);
    expect(answer.series[1]!.earlier).toMatchObject({ offsetMs: dayMs });
  });

  test('one number for the whole range, and for the same time earlier', async () => {
    const range = { fromMs: Date.UTC(2026, 9, 24, 1, 2, 3), toMs: Date.UTC(2026, 9, 27, 4, 5, 6) };
    const within = (fromMs: number, toMs: number) =>
      increaseOf(counted(0).filter(({ timeMs }) => timeMs >= fromMs && timeMs < toMs));
    for (const options of [{}, sparing]) {
      const answer = await ask({ ...range, buckets: { by: 'range' }, offsetMs: dayMs }, options);
      expect(answer.series.map(({ timesMs, values }) => [timesMs, values])).toEqual([
        [[range.fromMs], [within(range.fromMs, range.toMs)]],
        [[range.fromMs], [within(range.fromMs - dayMs, range.toMs - dayMs)]],
      ]);
      expect(answer.bucketMs).toBe(range.toMs - range.fromMs);
      expect(answer.timeZone).toBeUndefined();
    }
  });

  test('groups and the highest have days as well', async () => {
    const both: Partial<PanelQuery> = {
      selectors: [{ path: '/interfaces' }],
      buckets: { by: 'day', timeZone: berlin },
    };
    const { series: groups } = await ask({ ...both, groupBy: { by: 'device' } }, sparing);
    const sums = perDay(berlin, [...counted(0), ...counted(1)], increaseOf);
    expect(groups[0]!.values).toEqual(sums.map(([, sum]) => sum));
    const { series: top } = await ask({ ...both, top: 1, other: true }, sparing);
    expect(top.map(({ values }) => values.length)).toEqual([9, 9]);
    expect(top[0]!.values.map((value, at) => value! + top[1]!.values[at]!)).toEqual(
      sums.map(([, sum]) => sum),
    );
  });

  test('more periods than fit are refused, and never more points than a panel has room for', async () => {
    const buckets = { by: 'day', timeZone: berlin } as const;
    await expect(ask({ buckets, fromMs: endMs - 900 * dayMs })).rejects.toMatchObject({
      code: 'QUERY_TOO_LARGE',
      message: '900 days do not fit on a panel (800 do): ask for longer periods or a shorter range',
    });
    const hours = { by: 'hour', timeZone: berlin } as const;
    await expect(ask({ buckets: hours, fromMs: endMs - 3_650 * dayMs })).rejects.toMatchObject({
      code: 'QUERY_TOO_LARGE',
      message:
        '87600 hours do not fit on a panel (800 do): ask for longer periods or a shorter range',
    });
    const many = { buckets, fromMs: endMs - 790 * dayMs, selectors: [{ path: '/' }] };
    const { series, seriesTotal } = await ask({ ...many, offsetMs: dayMs });
    expect(series.map(({ earlier }) => earlier === undefined)).toEqual([true, false]);
    expect(seriesTotal).toBe(2);
    expect(series.flatMap(({ values }) => values).length).toBeLessThanOrEqual(1_600);
  });
});
