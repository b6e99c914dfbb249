/** What the database's clock says, measured from here. */
import type { ClockAnchor } from '../../../core/steady-clock.ts';
import { queryOne, type Queryable } from './queryable.ts';

export interface MeasuredTime extends ClockAnchor {
  /** The true time is at most this much earlier or later: half of the round trip. */
  readonly uncertaintyMs: number;
}

/** The first answer may have waited for a connection. */
const tries = 3;

/** The best of a few looks. @param ticksMs a counter that only ever goes on, ms */
export async function measureDatabaseTime(
  db: Queryable,
  ticksMs: () => number,
): Promise<MeasuredTime> {
  const looks: MeasuredTime[] = [];
  while (looks.length < tries) looks.push(await look(db, ticksMs));
  return looks.reduce((best, one) => (one.uncertaintyMs < best.uncertaintyMs ? one : best));
}

async function look(db: Queryable, ticksMs: () => number): Promise<MeasuredTime> {
  const before = ticksMs();
  const { timeMs } = await queryOne<{ timeMs: number }>(
    db,
    `select (extract(epoch from clock_timestamp()) * 1000)::float8 as "timeMs"`,
  );
  const after = ticksMs();
  return { timeMs, ticksMs: (before + after) / 2, uncertaintyMs: (after - before) / 2 };
}
