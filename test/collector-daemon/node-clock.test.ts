import { expect, test } from 'vitest';
import type { ClockAnchor } from '../../core/steady-clock.ts';
import { SteadyClock } from '../../core/steady-clock.ts';
import { NodeClock, ticksMs } from '../../collector-daemon/node-clock.ts';
import type { Queryable } from '../../service/store/connection/queryable.ts';
import { testDatabase } from '../support/database.ts';

/** A database whose clock can be set, which the real one's cannot: it is the machine's. */
function databaseAt(clock: { aheadMs: number }): Queryable {
  const query = () => Promise.resolve({ rows: [{ timeMs: ticksMs() + clock.aheadMs }] });
  return { query } as unknown as Queryable;
}

test('goes by the real database, within the time that asking takes', async () => {
  await using db = await testDatabase();
  const clock = await NodeClock.open(db.pool, { nowMs: () => 0 });
  const { rows } = await db.pool.query<{ ms: number }>(
    'select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms',
  );
  expect(Math.abs(clock.nowMs() - rows[0]!.ms)).toBeLessThan(1_000);
});

test('another thread that is handed the anchor says the same time', () => {
  const anchor = { timeMs: 5_000, ticksMs: ticksMs() - 100 };
  const [here, there] = [new SteadyClock(ticksMs, anchor), new SteadyClock(ticksMs, anchor)];
  expect(there.nowMs() - here.nowMs()).toBeLessThan(1_000);
  expect(here.nowMs()).toBeGreaterThanOrEqual(5_100);
});

test('is set when the database’s clock is, tells threads and people, and is quiet about jitter', async () => {
  const database = { aheadMs: 1_000_000 };
  const db = databaseAt(database);
  const clock = await NodeClock.open(db, { nowMs: () => ticksMs() + 1_000_000 });
  const set: ClockAnchor[] = [];
  const told: string[] = [];
  clock.listen({
    set: (anchor) => set.push(anchor),
    told: (severity, sentence) => told.push(`${severity}: ${sentence}`),
  });
  database.aheadMs += 5;
  await clock.look(db);
  expect([set, told]).toEqual([[], []]);
  database.aheadMs += 300_000;
  await clock.look(db);
  expect(set).toHaveLength(1);
  expect(Math.abs(clock.nowMs() - ticksMs() - database.aheadMs)).toBeLessThan(1_000);
  expect(told).toEqual([
    "warning: the database's clock was set forward by 5 min; all times follow it",
    "warning: this machine's clock is 5 min behind the database's: times are taken from the database; set the clock of whichever is wrong (NTP)",
  ]);
  database.aheadMs -= 300_000;
  await clock.look(db);
  expect(told.slice(2)).toEqual([
    "warning: the database's clock was set back by 5 min; all times follow it",
    "info: this machine's clock agrees with the database's again",
  ]);
});
