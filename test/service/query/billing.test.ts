/** Percentiles of the means of windows, as bandwidth is billed, compared with a plain computation, on both engines. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { QueryResult } from '../../../core/contract/query.ts';
import { defaultRetention } from '../../../core/query/tier.ts';
import { createQueryRouter } from '../../../service/query/query-router.ts';
import { createStoreSource } from '../../../service/query/store-source.ts';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import {
  addDeviceRow,
  addSamples,
  addSeries,
  type SampleLine,
} from '../../support/telemetry-rows.ts';
import {
  counted,
  dateIn,
  dayMs,
  endMs,
  hourMs,
  minuteMs,
  percentileOf,
  port,
  sparing,
  startMs,
  twoPorts,
  windowRates,
  type TwoPorts,
} from '../../support/two-ports.ts';

const berlin = 'Europe/Berlin';
const fiveMs = 5 * minuteMs;
const bill = { function: 'percentile', percentileOf: '5m' } as const;

const billOf = (own: readonly SampleLine[], widthMs = fiveMs, share = 0.95) =>
  percentileOf(share, [...windowRates(widthMs, own).values()]);

const perDay = (own: readonly SampleLine[]) => {
  const dateOf = dateIn(berlin);
  return [...Map.groupBy(own, ({ timeMs }) => dateOf(timeMs)).values()];
};

/** Of both ports, window by window; their outage is the same. */
function together(widthMs: number, join: (one: number, other: number) => number): number[] {
  const [one, other] = [windowRates(widthMs, counted(0)), windowRates(widthMs, counted(1))];
  return [...one].map(([at, value]) => join(value, other.get(at)!));
}

function expectValues({ series }: QueryResult, expected: readonly number[]): void {
  expect(series[0]!.values).toHaveLength(expected.length);
  for (const [at, value] of expected.entries())
    expect(series[0]!.values[at]! / value).toBeCloseTo(1, 12);
}

describe.each(['plain', 'timescale'] as const)('on the %s engine', (name) => {
  let ports: TwoPorts;
  beforeAll(async () => void (ports = await twoPorts(name)), 60_000);
  afterAll(async () => ports[Symbol.asyncDispose]());
  const ask: TwoPorts['ask'] = (query, options) => ports.ask(query, options);

  test.each([
    ['5m', 95],
    ['5m', 50],
    ['5m', 0],
    ['1m', 99],
  ] as const)('of %s means the %i-th, of every day and of the range', async (windows, share) => {
    const widthMs = windows === '5m' ? fiveMs : minuteMs;
    const query = { ...bill, percentile: share, percentileOf: windows };
    for (const options of [{}, sparing]) {
      const days = await ask({ ...query, buckets: { by: 'day', timeZone: berlin } }, options);
      expect(days.tier).toBe(options === sparing ? '1m' : 'raw');
      expectValues(
        days,
        perDay(counted(0)).map((own) => billOf(own, widthMs, share / 100)),
      );
      const whole = await ask({ ...query, buckets: { by: 'range' } }, options);
      expectValues(whole, [billOf(counted(0), widthMs, share / 100)]);
      expect(whole.note).toBe(`Percentiles are of ${widthMs / minuteMs}-minute means.`);
    }
  });

  test('a range that cuts its first and last minutes is billed for just what lies within', async () => {
    const range = { fromMs: startMs + hourMs + 61_001, toMs: endMs - dayMs - 59_003 };
    const own = counted(0).filter(({ timeMs }) => timeMs >= range.fromMs && timeMs < range.toMs);
    expect(own.length).toBeLessThan(counted(0).length);
    expectValues(await ask({ ...bill, ...range, buckets: { by: 'range' } }, sparing), [
      billOf(own),
    ]);
  });

  const sum = (one: number, other: number) => one + other;
  test.each([
    ['sum', sum, 'Percentiles are of 5-minute means of the sum of a group.'],
    ['max', Math.max, 'Percentiles are of 5-minute means of a group together.'],
  ] as const)(
    'the bill of two ports is of their %s, not of two bills',
    async (across, join, note) => {
      for (const options of [{}, sparing]) {
        const answer = await ask(
          {
            ...bill,
            selectors: [{ path: '/interfaces' }],
            groupBy: { by: 'device' },
            across,
            buckets: { by: 'month', timeZone: 'UTC' },
          },
          options,
        );
        expectValues(answer, [percentileOf(0.95, together(fiveMs, join))]);
        expect(answer.note).toBe(note);
      }
    },
  );

  test('older than the minutes it is of hours, and it is said; newer days keep their bill', async () => {
    const retention = { ...defaultRetention, raw: hourMs, '1m': 3 * dayMs };
    const answer = await ask({ ...bill, buckets: { by: 'day', timeZone: berlin } }, { retention });
    const days = perDay(counted(0));
    const kept = (own: readonly SampleLine[]) => own[0]!.timeMs >= endMs - 3 * dayMs;
    expect(days.filter(kept).length).toBeGreaterThan(1);
    expectValues(
      answer,
      days.map((own) => billOf(own, kept(own) ? fiveMs : hourMs)),
    );
    expect(answer.note).toBe(
      'Percentiles are of 5-minute means, and of hourly means where nothing finer is read.',
    );
  });

  test('beyond the minutes the newest ones do not outweigh the hours', async () => {
    const retention = { ...defaultRetention, raw: hourMs, '1m': 6 * hourMs };
    const plain = { function: 'percentile', buckets: { by: 'range' } } as const;
    const answer = await ask(plain, { retention });
    expectValues(answer, [billOf(counted(0), hourMs)]);
    expect(answer.note).toBe(
      'Percentiles here are of hourly means: single samples are not read that far.',
    );
  });

  test('without a calendar its buckets are whole windows', async () => {
    const range = { fromMs: endMs - 2 * hourMs, widthPx: 800 };
    const { bucketMs, series } = await ask({ ...bill, ...range });
    expect(bucketMs).toBe(fiveMs);
    const own = windowRates(
      fiveMs,
      counted(0).filter(({ timeMs }) => timeMs >= range.fromMs),
    );
    expect(series[0]!.timesMs).toEqual([...own.keys()].map((at) => at * fiveMs));
    expectValues({ series } as QueryResult, [...own.values()]);
  });

  test('ports are ranked as ever, and the rest of them is billed together', async () => {
    const query = { ...bill, selectors: [{ path: '/' }], top: 1, other: true };
    const { series } = await ask({ ...query, buckets: { by: 'range' } }, sparing);
    expect(series).toHaveLength(2);
    const first = series[0]!.series.path === port(0) ? 0 : 1;
    expect(series.map(({ values }) => values[0]! / 1)).toEqual([
      expect.closeTo(billOf(counted(first)), 3),
      expect.closeTo(billOf(counted(first === 0 ? 1 : 0)), 3),
    ]);
  });
});

describe('windows of a group', () => {
  const noon = Date.UTC(2026, 10, 21, 12);
  const ofGroup = (db: TestDatabase, across: 'sum' | 'avg', percentile: number) =>
    createQueryRouter({ store: createStoreSource(db.pool) }, { nowMs: () => noon + hourMs })
      .run(
        {
          ...bill,
          selectors: [{ path: '/' }],
          percentile,
          across,
          groupBy: { by: 'device' },
          buckets: { by: 'range' },
          fromMs: noon,
          toMs: noon + hourMs,
          widthPx: 400,
        },
        new AbortController().signal,
      )
      .then(({ series }) => series[0]!.values[0]!);

  test('a window that one member lacks is what the others had', async () => {
    await using db = await testDatabase();
    const device = await addDeviceRow(db.pool, 'leaf-01');
    const perSecond = (at: number, rate: number) => ({
      timeMs: noon + at * fiveMs,
      value: 0,
      delta: rate * 60,
      spanMs: minuteMs,
    });
    const busy = await addSeries(db.pool, device, port(0));
    await addSamples(db.pool, busy, [perSecond(0, 100), perSecond(1, 200), perSecond(2, 300)]);
    const other = await addSeries(db.pool, device, port(1));
    await addSamples(db.pool, other, [perSecond(0, 1_000), perSecond(2, 10)]);
    expect(await ofGroup(db, 'sum', 100)).toBe(1_100);
    expect(await ofGroup(db, 'sum', 50)).toBe(310);
    expect(await ofGroup(db, 'sum', 0)).toBe(200);
  });

  test('power levels are averaged in mW, over a window and over a group', async () => {
    await using db = await testDatabase();
    const device = await addDeviceRow(db.pool, 'leaf-01');
    for (const [place, levels] of [
      [10, 0],
      [0, 0],
    ].entries()) {
      const kind = { kind: 'gauge', unit: 'dB[mW]' } as const;
      const id = await addSeries(db.pool, device, `/optics/lane[index=${place}]/power`, kind);
      const lines = levels.map((value, at) => ({ timeMs: noon + at * minuteMs, value }));
      await addSamples(db.pool, id, lines);
    }
    // (10 mW + 1 mW) / 2, and 1 mW.
    expect(await ofGroup(db, 'sum', 95)).toBeCloseTo(10 * Math.log10(6.5), 9);
    expect(await ofGroup(db, 'avg', 95)).toBeCloseTo(10 * Math.log10(3.25), 9);
  });
});
