/** Storage kept in order: partitions made ahead, and what has outlived its retention cleared away. */
import type { Pool } from 'pg';
import { NocturneError } from '../../core/errors.ts';
import { databaseError } from '../../service/store/connection/database-error.ts';
import { clearOld } from '../../service/store/storage/retention.ts';
import { readRetention } from '../../service/store/storage/retention-settings.ts';
import type { StorageEngine } from '../../service/store/storage/storage-engine.ts';
import { tryEach } from '../../service/store/storage/try-each.ts';
import { clearOldGaps } from '../../service/store/operating/gap.ts';
import { clearOldEnds } from '../../service/store/writing/series-end.ts';

/**
 * Before rows come. A problem other than missing tables passes, or at least keeps no row from being stored: the job
 * that begins right afterwards tells it and tries again.
 * @throws SCHEMA_TOO_OLD where tables are missing
 */
export async function prepareAtStart(
  engine: Pick<StorageEngine, 'prepare'>,
  nowMs: number,
): Promise<void> {
  try {
    await engine.prepare(nowMs);
  } catch (error) {
    const coded = databaseError(error);
    if (coded instanceof NocturneError && coded.code === 'SCHEMA_TOO_OLD') throw coded;
  }
}

/** What is old goes, each kind whether or not another could. @throws the first problem, at the end */
export async function clearStorage(
  { engine, pool }: { readonly engine: Pick<StorageEngine, 'dropOld'>; readonly pool: Pool },
  nowMs: number,
  signal: AbortSignal,
): Promise<void> {
  const drop = async () => engine.dropOld(nowMs, await readRetention(pool));
  const clear = async () => {
    await clearOld(pool);
    return [];
  };
  // For as long as anything is kept that a series' end says something about.
  const clearEnds = async () => {
    const { dayDays } = await readRetention(pool);
    await clearOldEnds(pool, nowMs - dayDays * 86_400_000, { signal });
    return [];
  };
  // What is kept longer has buckets of a day: no hole is to be seen in them that anybody would ask a reason for.
  const clearGaps = async () => {
    const { hourDays } = await readRetention(pool);
    await clearOldGaps(pool, nowMs - hourDays * 86_400_000, { signal });
    return [];
  };
  await tryEach([drop, clear, clearEnds, clearGaps], (part) => part());
}
