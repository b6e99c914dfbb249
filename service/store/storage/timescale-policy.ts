/** The jobs TimescaleDB runs by itself (Community edition): refresh, columnstore and retention. */
import type { Pool } from 'pg';
import type { Queryable } from '../connection/queryable.ts';
import type { Retention } from './retention-settings.ts';
import { readSetting, writeSetting } from '../operating/setting.ts';
import { rollupTiers, type RollupTier } from './storage-tables.ts';
import { transaction } from '../connection/transaction.ts';
import { lockStorage } from './storage-lock.ts';

const key = 'storage-policies';
const schedules: Readonly<Record<RollupTier['tier'], { every: string; end: string }>> = {
  '1m': { every: '30 seconds', end: '1 minute' },
  '1h': { every: '5 minutes', end: '1 hour' },
  '1d': { every: '30 minutes', end: '1 day' },
};

export interface PolicyDays {
  readonly retention: Retention;
  /** How far back samples are there without a hole made by an earlier, shorter retention. */
  readonly wholeDays: number;
}

/** Segments are one series each, in the order most reads want. */
export async function enableColumnstore(db: Queryable, table: string): Promise<void> {
  await db.query(
    `alter table ${table} set (timescaledb.enable_columnstore,
       timescaledb.segmentby = 'series_id', timescaledb.orderby = 'time desc')`,
  );
}

/**
 * Makes the policies fit the settings; those that fit already are left alone, for a new policy runs at once.
 */
export function alignPolicies(pool: Pool, days: PolicyDays): Promise<void> {
  return transaction(pool, async (client) => {
    await lockStorage(client);
    const wanted = wantedPolicies(days);
    const present = await readSetting(client, key);
    if (JSON.stringify(present) === JSON.stringify(wanted)) return;
    for (const statement of wanted) await client.query(statement);
    await writeSetting(client, { key, value: wanted, actor: 'nocturne' });
  });
}

/** Statements in an order that every version accepts: an aggregate's refresh before its columnstore. */
function wantedPolicies({ retention, wholeDays }: PolicyDays): string[] {
  return [
    // Late: COPY into compressed chunks crawls, and compressing takes strong locks.
    ...columnstore('sample', '4 hours'),
    ...columnstore('sample_text', '1 day'),
    ...keep('sample', retention.rawDays),
    ...rollupTiers.flatMap((tier) => [
      ...refresh(tier, refreshDays(tier, { retention, wholeDays })),
      ...columnstore(tier.name, `${retention.rawDays + 3} days`),
      ...keep(tier.name, retention[tier.keptDays]),
    ]),
  ];
}

/** Late samples reach back as far as raw samples are kept; the source must be whole for all of it. */
function refreshDays({ tier, source }: RollupTier, { retention, wholeDays }: PolicyDays): number {
  const below = rollupTiers.find(({ name }) => name === source);
  const sourceDays = below === undefined ? wholeDays : retention[below.keptDays];
  const reach = Math.min(wholeDays, retention.rawDays) + (tier === '1d' ? 1 : 0);
  // A day's bucket and its end offset need two days at least.
  return Math.max(tier === '1d' ? 3 : 1, Math.min(reach, sourceDays - 1));
}

function columnstore(table: string, after: string): string[] {
  return [
    `call remove_columnstore_policy('${table}', if_exists => true)`,
    `call add_columnstore_policy('${table}', after => interval '${after}', if_not_exists => true)`,
  ];
}

function keep(table: string, days: number): string[] {
  return [
    `select remove_retention_policy('${table}', if_exists => true)`,
    `select add_retention_policy('${table}', drop_after => interval '${days} days', if_not_exists => true)`,
  ];
}

function refresh({ name, tier }: RollupTier, days: number): string[] {
  const { every, end } = schedules[tier];
  return [
    `select remove_continuous_aggregate_policy('${name}', if_exists => true)`,
    `select add_continuous_aggregate_policy('${name}', start_offset => interval '${days} days',
       end_offset => interval '${end}', schedule_interval => interval '${every}', if_not_exists => true)`,
  ];
}
