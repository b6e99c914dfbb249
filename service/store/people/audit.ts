/** The audit log: who changed what; appended in the same transaction as the change, chained by hashes. */
import type { Queryable } from '../connection/queryable.ts';

export interface AuditEntry {
  readonly actor: string;
  /** The operation's name in the contract, for example `device.update`. */
  readonly operation: string;
  readonly subjectKind: string;
  readonly subjectId: string;
  /** null where there was nothing. Never holds secrets. */
  readonly before: unknown;
  readonly after: unknown;
}

export async function writeAudit(db: Queryable, entry: AuditEntry): Promise<void> {
  await db.query(
    `insert into audit (actor, operation, subject_kind, subject_id, before, after)
     values ($1, $2, $3, $4, $5, $6)`,
    [
      entry.actor,
      entry.operation,
      entry.subjectKind,
      entry.subjectId,
      entry.before === null ? null : JSON.stringify(entry.before),
      entry.after === null ? null : JSON.stringify(entry.after),
    ],
  );
}

/** The first entry whose hash, number or link is not what it must be; null where the chain is whole. */
export async function findBrokenAudit(db: Queryable): Promise<number | null> {
  const { rows } = await db.query<{ id: number }>(
    `select id from (
       select id, hash = nocturne_audit_hash(audit) as whole,
         previous_hash = lag(hash, 1, previous_hash) over chain as linked,
         id = lag(id, 1, id - 1) over chain + 1 as numbered
       from audit window chain as (order by id)
     ) as checked
     where not (whole and linked and numbered) order by id limit 1`,
  );
  return rows[0]?.id ?? null;
}
