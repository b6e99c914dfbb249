/**
 * Whether the database answers, told within the time that supervisors wait for it, however busy the pool is: who starts
 * a node again for its slow queries loses what it has queued.
 */
import type { DatabasePool } from './pool.ts';

/** Probes of supervisors and balancers give up after a few seconds themselves. */
const defaultPatienceMs = 2_000;
/** A look that hangs ends then, and a new one begins. */
const lookMs = 5_000;

/** One look at a time: a database that hangs would otherwise take a connection for everybody who asks. */
const looks = new WeakMap<DatabasePool, Promise<boolean>>();

export async function isAnswering(
  pool: DatabasePool,
  patienceMs = defaultPatienceMs,
): Promise<boolean> {
  const over = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => over.resolve(false), patienceMs);
  try {
    return await Promise.race([look(pool), over.promise]);
  } finally {
    clearTimeout(timer);
  }
}

function look(pool: DatabasePool): Promise<boolean> {
  const running = looks.get(pool);
  if (running !== undefined) return running;
  const begun = ask(pool).finally(() => looks.delete(pool));
  looks.set(pool, begun);
  return begun;
}

async function ask(pool: DatabasePool): Promise<boolean> {
  try {
    await pool.ping(lookMs);
    return true;
  } catch {
    return false;
  }
}
