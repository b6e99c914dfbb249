/** What decides from which tiers can be read: which rollups there are, how long tiers are kept, what was cut off them. */
import {
  defaultRetention,
  type RollupTier,
  type Tier,
  type TierReach,
  type TierRetention,
  tiers,
} from '../../../core/query/tier.ts';
import { queryOne, type Queryable } from '../connection/queryable.ts';
import { retentionSchema } from '../storage/retention-settings.ts';
import { rollupTables } from './measured-rows.ts';

export interface TierFacts {
  /** Finest first; none before the storage was prepared for them. */
  readonly rollups: readonly RollupTier[];
  /** TimescaleDB is there, which may keep them. */
  readonly aggregates: boolean;
  readonly keptMs: TierRetention;
  /** Before it rows were dropped, ms since the epoch; -Infinity where none were. */
  readonly cutMs: TierReach;
}

export const tierTables: Readonly<Record<Tier, string>> = { raw: 'sample', ...rollupTables };

export async function readTierFacts(db: Queryable): Promise<TierFacts> {
  const { tables, aggregates, retention, cuts } = await queryOne<{
    tables: readonly string[];
    aggregates: boolean;
    retention: unknown;
    cuts: Readonly<Record<string, number>> | null;
  }>(
    db,
    `select array(select name from unnest($1::text[]) as name where to_regclass(name) is not null) as tables,
       to_regclass('_timescaledb_catalog.continuous_agg') is not null as aggregates,
       (select value from setting where key = 'retention') as retention,
       (select jsonb_object_agg("table", date_part('epoch', before) * 1000) from storage_cut
        where isfinite(before)) as cuts`,
    [Object.values(tierTables)],
  );
  const cut = (tier: Tier) => cuts?.[tierTables[tier]] ?? -Infinity;
  return {
    rollups: tiers.filter(
      (tier) => tier !== 'raw' && tables.includes(tierTables[tier]),
    ) as RollupTier[],
    aggregates,
    keptMs: keptOf(retention),
    cutMs: { raw: cut('raw'), '1m': cut('1m'), '1h': cut('1h'), '1d': cut('1d') },
  };
}

const dayMs = 86_400_000;

/** What is no retention at all the jobs tell; nothing is dropped by it. */
function keptOf(setting: unknown): TierRetention {
  const { data } = retentionSchema.safeParse(setting ?? {});
  if (data === undefined) return defaultRetention;
  const { rawDays, minuteDays, hourDays, dayDays } = data;
  return {
    raw: rawDays * dayMs,
    '1m': minuteDays * dayMs,
    '1h': hourDays * dayMs,
    '1d': dayDays * dayMs,
  };
}
