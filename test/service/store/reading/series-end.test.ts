/** Ends after values that are carried forward, compared with the plain truth. */
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SeriesId } from '../../../../core/id.ts';
import {
  readEnds,
  readGroupEnds,
  type Carried,
} from '../../../../service/store/reading/series-end.ts';
import { testDatabase, type TestDatabase } from '../../../support/database.ts';

const seed = Number(process.env['PROPERTY_SEED'] ?? 20_261_121);
const noon = Date.UTC(2026, 10, 21, 12);
/** Few enough that they often meet. */
const anyTime = fc.nat(30).map((at) => noon + at);
const lives = fc.sample(
  fc.record({
    newestMs: fc.option(anyTime, { freq: 9 }),
    ends: fc
      .uniqueArray(anyTime, { maxLength: 6 })
      .map((all) => all.toSorted((one, other) => one - other)),
  }),
  { seed, numRuns: 30 },
);
const idOf = (place: number) => (place + 1) as SeriesId;
const anyPlace = fc.nat(lives.length - 1);

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
  for (const [place, { newestMs, ends }] of lives.entries()) {
    for (const ms of ends) {
      await db.pool.query('insert into series_end values ($1, $2)', [idOf(place), new Date(ms)]);
    }
    if (newestMs === null) continue;
    const newest = [idOf(place), new Date(newestMs)];
    await db.pool.query('insert into series_last (series_id, time) values ($1, $2)', newest);
  }
});
afterAll(() => db[Symbol.asyncDispose]());

test('the first end later than a value counts, and within what it is of one that no sample came since', async () => {
  const anyValue = fc
    .record({ place: anyPlace, times: fc.tuple(anyTime, anyTime, anyTime) })
    .map(({ place, times }) => {
      const [firstMs, lastMs, untilMs] = times.toSorted((one, other) => one - other);
      return { seriesId: idOf(place), firstMs, lastMs, untilMs } as Carried;
    });
  const check = async (values: readonly Carried[]) => {
    const expected = values.map(({ seriesId, firstMs, lastMs, untilMs }) => {
      const { newestMs, ends } = lives[seriesId - 1]!;
      const isFinal = (ms: number) => newestMs !== null && ms > newestMs;
      const isLater = (ms: number) => ms > lastMs || (ms > firstMs && isFinal(ms));
      return ends.find((ms) => ms < untilMs && isLater(ms)) ?? null;
    });
    expect(await readEnds(db.pool, values)).toEqual(expected);
  };
  const values = fc.array(anyValue, { maxLength: 40 });
  await fc.assert(fc.asyncProperty(values, check), { seed, numRuns: 60 });
});

test('a group ends with its last member, where all of them ended within the range and stayed away', async () => {
  const anyGroups = fc
    .uniqueArray(anyPlace, { minLength: 1, maxLength: 6 })
    .chain((places) =>
      fc
        .nat(places.length)
        .map((cut) => [places.slice(0, cut), places.slice(cut)].filter(({ length }) => length > 0)),
    );
  const seen = new Set<string>();
  const check = async (groups: readonly (readonly number[])[], from: number, to: number) => {
    const range = { fromMs: Math.min(from, to), toMs: Math.max(from, to) };
    const expected = groups.map((places) => {
      const ends = places.map((place) => {
        const { newestMs, ends } = lives[place]!;
        const inside = ends.filter((ms) => ms >= range.fromMs && ms < range.toMs);
        return (newestMs === null ? undefined : inside.find((ms) => ms > newestMs)) ?? Infinity;
      });
      const last = Math.max(...ends);
      return last === Infinity ? null : last;
    });
    for (const endMs of expected) seen.add(endMs === null ? 'lives' : 'ended');
    const ids = groups.map((places) => places.map(idOf));
    expect(await readGroupEnds(db.pool, { groups: ids, range })).toEqual(expected);
  };
  const property = fc.asyncProperty(anyGroups, anyTime, anyTime, check);
  await fc.assert(property, { seed, numRuns: 150 });
  expect(seen).toEqual(new Set(['lives', 'ended']));
});
