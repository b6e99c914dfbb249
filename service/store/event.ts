/** The operations log. */
import type { eventSeverities } from '../../core/contract/system.ts';
import { makeUuid, type Uuid } from '../../core/id.ts';
import { systemClock } from '../../core/time.ts';
import type { Queryable } from './queryable.ts';

export interface NewEvent {
  readonly timeMs: number;
  /** For example `session.streaming`. */
  readonly kind: string;
  readonly severity: (typeof eventSeverities)[number];
  /** What it is about: a device's name, a node's name. */
  readonly subject: string;
  readonly detail: string;
}

export interface EventRow extends NewEvent {
  readonly id: Uuid;
}

export async function insertEvents(db: Queryable, events: readonly NewEvent[]): Promise<void> {
  if (events.length === 0) return;
  await db.query(
    `insert into event (id, time, kind, severity, subject, detail)
     select * from unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::text[])`,
    [
      events.map(() => makeUuid(systemClock)),
      events.map(({ timeMs }) => new Date(timeMs)),
      events.map(({ kind }) => kind),
      events.map(({ severity }) => severity),
      events.map(({ subject }) => storable(subject)),
      events.map(({ detail }) => storable(detail)),
    ],
  );
}

/** Device text ends up in events; NUL is shown as the symbol for it. */
function storable(text: string): string {
  return text.replaceAll('\0', '\u2400').toWellFormed();
}

/** Newest first. */
export async function listEvents(
  db: Queryable,
  filter: { limit: number; beforeMs?: number | undefined; subject?: string | undefined },
): Promise<EventRow[]> {
  const { rows } = await db.query<EventRow>(
    `select id, time as "timeMs", kind, severity, subject, detail from event
     where ($1::timestamptz is null or time < $1) and ($2::text is null or subject = $2)
     order by time desc, id desc limit $3`,
    [
      filter.beforeMs === undefined ? null : new Date(filter.beforeMs),
      filter.subject ?? null,
      filter.limit,
    ],
  );
  return rows;
}
