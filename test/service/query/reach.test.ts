/** What is read is what the tables hold, whatever retention was before, what was dropped, and what was imported. */
import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import type { Pool } from 'pg';
import { describe, expect, test } from 'vitest';
import type { QueryFunction } from '../../../core/query/measure.ts';
import type { PanelQuery } from '../../../service/query/panel-query.ts';
import { createQueryRouter } from '../../../service/query/query-router.ts';
import { createStoreSource } from '../../../service/query/store-source.ts';
import type { DatabasePool } from '../../../service/store/connection/pool.ts';
import { createPlainEngine } from '../../../service/store/storage/engine-plain.ts';
import {
  readRetention,
  type Retention,
  writeRetention,
} from '../../../service/store/storage/retention-settings.ts';
import { openStorage } from '../../../service/store/storage/storage-choice.ts';
import type { StorageEngine } from '../../../service/store/storage/storage-engine.ts';
import { writeBatch, type WriteOptions } from '../../../service/store/writing/batch-writer.ts';
import { SeriesResolver } from '../../../service/store/writing/series-resolver.ts';
import { testDatabase } from '../../support/database.ts';
import { readable } from '../../support/query-engines.ts';
import { sampleBatch, seriesDefinition } from '../../support/sample-batch.ts';
import { addDeviceRow } from '../../support/telemetry-rows.ts';
import { timescaleDatabase } from '../../support/timescale.ts';

const minuteMs = 60_000;
const hourMs = 3_600_000;
const dayMs = 86_400_000;
const firstMs = Date.UTC(2026, 9, 1);
const spacingMs = 3 * hourMs;
const path = '/system/memory/state/used';
const never = new AbortController().signal;
const seed = Number(process.env['PROPERTY_SEED'] ?? 20_261_121);

interface Subject extends AsyncDisposable {
  readonly pool: DatabasePool;
  readonly engine: StorageEngine;
  readonly copyIn?: WriteOptions['copyIn'];
}

const subjects = {
  async plain(): Promise<Subject> {
    const db = await testDatabase();
    const engine = createPlainEngine(db.pool);
    return { pool: db.pool, engine, [Symbol.asyncDispose]: () => db[Symbol.asyncDispose]() };
  },
  async timescale(): Promise<Subject> {
    const { pool, copyIn, [Symbol.asyncDispose]: dispose } = await timescaleDatabase();
    const { engine } = await openStorage(pool);
    return { pool: readable(pool), engine, copyIn, [Symbol.asyncDispose]: dispose };
  },
};

/** One device with one leaf, from its first day on; days are counted from then. */
class History {
  readonly #subject: Subject;
  readonly #resolver = new SeriesResolver();
  readonly #definition;
  #sequence = 0;
  #stored = 0;
  nowMs = firstMs;

  static async begin(subject: Subject): Promise<History> {
    return new History(subject, await addDeviceRow(subject.pool, 'leaf-01'));
  }

  private constructor(subject: Subject, deviceId: Parameters<typeof seriesDefinition>[1]) {
    this.#subject = subject;
    this.#definition = seriesDefinition(0, deviceId, path, { kind: 'gauge', unit: '1' });
  }

  get pool(): Pool {
    return this.#subject.pool;
  }

  /** So many days go by, in which the leaf is sampled. */
  async live(days: number): Promise<void> {
    for (let day = 0; day < days; day += 1) {
      await this.#subject.engine.prepare(this.nowMs);
      await this.store(this.nowMs, 1);
      this.nowMs += dayMs;
    }
    await this.#subject.engine.prepare(this.nowMs);
  }

  async take(step: Step): Promise<void> {
    switch (step.kind) {
      case 'live':
        return this.live(step.days);
      case 'keep':
        return this.keep(step.retention);
      case 'refresh':
        return this.refresh();
      case 'drop':
        return this.drop();
      case 'store':
        await this.store(this.nowMs - step.agoDays * dayMs, step.days);
        // What waits to be rolled up is read all the same, but where samples were cut off before.
        return this.nowMs - step.agoDays * dayMs < (await this.cutMs())
          ? this.refresh()
          : undefined;
      default:
        return step satisfies never;
    }
  }

  async store(fromMs: number, days: number): Promise<void> {
    const numbers = Array.from({ length: (days * dayMs) / spacingMs }, (_, at) => ({
      ref: 0,
      // No two stores have samples of the same minute: of two values for one time either may count.
      timeUs: (fromMs + at * spacingMs + (this.#sequence % 179) * minuteMs + 1_234) * 1_000,
      value: (this.#stored += 1),
    }));
    this.#sequence += 1;
    const introduces = [this.#definition];
    const batch = sampleBatch({ sequence: this.#sequence, introduces, numbers });
    const { copyIn } = this.#subject;
    const client = await this.#subject.pool.connect();
    try {
      await writeBatch(client, batch, this.#resolver, copyIn === undefined ? {} : { copyIn });
    } finally {
      client.release();
    }
  }

  async refresh(): Promise<void> {
    await this.#subject.engine.refreshRollups(this.nowMs);
  }

  async keep(retention: Partial<Retention>): Promise<void> {
    await writeRetention(this.pool, { retention, actor: 'noc' });
  }

  async cutMs(): Promise<number> {
    const { rows } = await this.pool.query<{ before: number }>(
      `select before from storage_cut where "table" = 'sample'`,
    );
    return rows[0]?.before ?? -Infinity;
  }

  async drop(): Promise<void> {
    await this.#subject.engine.dropOld(this.nowMs, await readRetention(this.pool));
  }

  /** As the console asks. */
  async ask(query: Partial<PanelQuery> & { fromMs: number; toMs: number }) {
    const store = createStoreSource(this.#subject.pool);
    const router = createQueryRouter({ store }, { nowMs: () => this.nowMs });
    return router.run(
      { selectors: [{ path }], function: 'value', widthPx: 1_600, ...query },
      never,
    );
  }

  /** Of every day of UTC: by place from the first on, null where there is nothing. */
  async byDay(
    name: QueryFunction,
    range: { fromMs: number; toMs: number },
  ): Promise<(number | null)[]> {
    const buckets = { by: 'day', timeZone: 'UTC' } as const;
    const { series } = await this.ask({ ...range, function: name, buckets });
    const days = Array.from<number | null>({ length: (range.toMs - range.fromMs) / dayMs });
    return days.fill(null).map((_, at) => {
      const place = series[0]?.timesMs.indexOf(range.fromMs + at * dayMs) ?? -1;
      return place < 0 ? null : series[0]!.values[place]!;
    });
  }

  /** Of every day the tier that knows most of it: what plain SQL finds. */
  async heldByDay(range: { fromMs: number; toMs: number }): Promise<(HeldDay | null)[]> {
    const rolled = (table: string) =>
      `select bucket as at, count, min, max from ${table} where bucket >= $1 and bucket < $2`;
    const { rows } = await this.pool.query<HeldDay & { day: number }>(
      `select distinct on (day) * from (
         select tier, floor(date_part('epoch', at - $1) / 86400)::int as day, sum(count)::int as count,
           min(min) as min, max(max) as max
         from (select 0 as tier, time as at, 1 as count, value as min, value as max from sample
             where time >= $1 and time < $2
           union all select 1, * from (${rolled('sample_1m')}) as m
           union all select 2, * from (${rolled('sample_1h')}) as h
           union all select 3, * from (${rolled('sample_1d')}) as d) as held
         group by 1, 2) as days order by day, count desc, tier`,
      [new Date(range.fromMs), new Date(range.toMs)],
    );
    const days = Array.from<HeldDay | null>({ length: (range.toMs - range.fromMs) / dayMs });
    return days.fill(null).map((_, at) => rows.find(({ day }) => day === at) ?? null);
  }
}

interface HeldDay {
  readonly count: number;
  readonly min: number;
  readonly max: number;
}

/** What the console shows of a range, and what plain SQL finds in the tables. */
async function compared(
  history: History,
  range: { fromMs: number; toMs: number },
): Promise<{ shown: unknown; held: unknown }> {
  const days = await history.heldByDay(range);
  const names = ['count', 'min', 'max'] as const;
  const byDay: (number | null)[][] = [];
  for (const name of names) byDay.push(await history.byDay(name, range));
  const { series } = await history.ask(range);
  const values = (series[0]?.values ?? []).filter((value) => value !== null);
  const extremes = (some: readonly number[]) =>
    some.length === 0 ? [] : [Math.min(...some), Math.max(...some)];
  const known = days.filter((one) => one !== null);
  return {
    shown: { byDay, extremes: extremes(values) },
    held: {
      byDay: names.map((name) => days.map((one) => one?.[name] ?? null)),
      extremes: extremes(known.flatMap(({ min, max }) => [min, max])),
    },
  };
}

const isSame = ({ shown, held }: { shown: unknown; held: unknown }) =>
  isDeepStrictEqual(shown, held);

const day = (at: number) => firstMs + at * dayMs;

describe.each(['plain', 'timescale'] as const)('on the %s engine', (name) => {
  test('a retention that is raised does not bring back what was dropped', async () => {
    await using subject = await subjects[name]();
    const history = await History.begin(subject);
    await history.live(14);
    await history.keep({ rawDays: 2 });
    await history.refresh();
    await history.drop();
    await history.keep({ rawDays: 30 });
    const range = { fromMs: day(2), toMs: day(4) };
    expect((await history.ask(range)).tier).toBe('1m');
    expect(await compared(history, range)).toSatisfy(isSame);
    expect(await compared(history, { fromMs: day(0), toMs: day(14) })).toSatisfy(isSame);
    // What has come since is read as it was measured.
    await history.live(1);
    expect((await history.ask({ fromMs: day(13), toMs: day(15) })).tier).toBe('raw');
  }, 120_000);

  test('nor does one of rollups', async () => {
    await using subject = await subjects[name]();
    const history = await History.begin(subject);
    await history.live(40);
    await history.refresh();
    await history.keep({ rawDays: 2, minuteDays: 2, hourDays: 7 });
    await history.drop();
    await history.keep({ rawDays: 2, minuteDays: 180, hourDays: 730 });
    const range = { fromMs: day(3), toMs: day(6) };
    expect(await compared(history, range)).toSatisfy(isSame);
    expect((await history.ask({ ...range, function: 'percentile' })).tier).not.toBe('1m');
    expect(await compared(history, { fromMs: day(0), toMs: day(40) })).toSatisfy(isSame);
  }, 120_000);

  test('what somebody deleted by hand is shown from what is left', async () => {
    await using subject = await subjects[name]();
    const history = await History.begin(subject);
    await history.live(10);
    await history.refresh();
    await history.pool.query('delete from sample where time < $1', [new Date(day(6))]);
    expect(await compared(history, { fromMs: day(1), toMs: day(4) })).toSatisfy(isSame);
    expect(await compared(history, { fromMs: day(1), toMs: day(9) })).toSatisfy(isSame);
    await history.pool.query('delete from sample where time < $1', [new Date(day(11))]);
    expect(await compared(history, { fromMs: day(8), toMs: day(10) })).toSatisfy(isSame);
  }, 120_000);

  test('a history older than all that is kept is shown where it is', async () => {
    await using subject = await subjects[name]();
    const history = await History.begin(subject);
    await history.keep({ rawDays: 2 });
    await history.live(5);
    await history.refresh();
    await history.drop();
    await history.store(day(-20), 3);
    expect(await compared(history, { fromMs: day(-20), toMs: day(-17) })).toSatisfy(isSame);
    expect(await compared(history, { fromMs: day(-20), toMs: day(5) })).toSatisfy(isSame);
  }, 120_000);
});

type Step =
  | { readonly kind: 'live'; readonly days: number; readonly agoDays: number }
  | { readonly kind: 'store'; readonly days: number; readonly agoDays: number }
  | { readonly kind: 'keep'; readonly retention: Partial<Retention> }
  | { readonly kind: 'refresh' | 'drop' };

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('live', 'live', 'store'),
    days: fc.integer({ min: 1, max: 4 }),
    agoDays: fc.integer({ min: 0, max: 45 }),
  }),
  fc
    .tuple(fc.constantFrom(2, 3, 5, 30), fc.constantFrom(0, 3, 150), fc.constantFrom(0, 30, 500))
    .map(([rawDays, more, hours]) => ({
      kind: 'keep' as const,
      retention: {
        rawDays,
        minuteDays: rawDays + more,
        hourDays: Math.max(7, rawDays + more + hours),
      },
    })),
  fc.constantFrom(
    { kind: 'refresh' as const },
    { kind: 'drop' as const },
    { kind: 'drop' as const },
  ),
);

test('plain: any history of retention, drops and imports', async () => {
  const seen = new Set<string | undefined>();
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyStep, { minLength: 4, maxLength: 16 }),
      fc.array(fc.tuple(fc.integer({ min: -50, max: 60 }), fc.integer({ min: 1, max: 40 })), {
        minLength: 3,
        maxLength: 3,
      }),
      async (steps, ranges) => {
        await using subject = await subjects.plain();
        const history = await History.begin(subject);
        await history.live(6);
        for (const step of steps) {
          await history.take(step);
        }
        for (const [at, days] of ranges) {
          const range = { fromMs: day(at), toMs: day(at + days) };
          expect(await compared(history, range)).toSatisfy(isSame);
          seen.add((await history.ask(range)).tier);
        }
      },
    ),
    { seed, numRuns: 25 },
  );
  expect(seen.size).toBe(4);
}, 600_000);
