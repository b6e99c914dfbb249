/** What is cleared away by time besides samples and events, which go by whole partitions. */
import type { Queryable } from '../connection/queryable.ts';

export interface Cleared {
  readonly ledgerRows: number;
  readonly quarantined: number;
  readonly troubles: number;
  readonly commands: number;
  readonly logins: number;
}

/**
 * Ledger rows older than a week (no spool keeps a batch that long once it was stored), refused values and
 * troubles with data after 30 days, commands after a week, login tokens and sessions a day after they ran out.
 */
export async function clearOld(db: Queryable): Promise<Cleared> {
  const gone = async (statement: string) => (await db.query(statement)).rowCount ?? 0;
  return {
    ledgerRows: await gone(`delete from ingest_batch where stored_at < now() - interval '7 d'`),
    quarantined: await gone(`delete from quarantine where recorded_at < now() - interval '30 d'`),
    troubles: await gone(`delete from data_trouble where last_at < now() - interval '30 d'`),
    commands: await gone(`delete from command where requested_at < now() - interval '7 d'`),
    logins:
      (await gone(`delete from login_token where expires_at < now() - interval '1 d'`)) +
      (await gone(`delete from user_session where expires_at < now() - interval '1 d'`)),
  };
}
