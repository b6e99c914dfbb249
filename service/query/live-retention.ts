/** The retention that a collector reckons with: the settings as last read, so that a change takes effect while it runs. */
import type { TierRetention } from '../../core/query/tier.ts';
import { defaultRetention } from '../../core/query/tier.ts';
import type { Queryable } from '../store/connection/queryable.ts';
import { readRetention } from '../store/storage/retention-settings.ts';

const dayMs = 86_400_000;

export class LiveRetention implements TierRetention {
  raw = defaultRetention.raw;
  '1m' = defaultRetention['1m'];
  '1h' = defaultRetention['1h'];
  '1d' = defaultRetention['1d'];

  /** To be called now and then. @throws INPUT_INVALID when what stands in the database is none */
  async read(db: Queryable): Promise<void> {
    const { rawDays, minuteDays, hourDays, dayDays } = await readRetention(db);
    this.raw = rawDays * dayMs;
    this['1m'] = minuteDays * dayMs;
    this['1h'] = hourDays * dayMs;
    this['1d'] = dayDays * dayMs;
  }
}
