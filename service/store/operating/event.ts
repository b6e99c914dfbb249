/** The operations log. */
import type { eventSeverities } from '../../../core/contract/system.ts';
import { makeUuid, type Uuid } from '../../../core/id.ts';
import { systemClock } from '../../../core/time.ts';
import type { Queryable } from '../connection/queryable.ts';
import { storableText } from '../writing/storable-text.ts';

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
      events.map(({ subject }) => storableText(subject)),
      events.map(({ detail }) => storableText(detail)),
    ],
  );
}

export interface EventFilter {
  readonly limit: number;
  readonly beforeMs?: number | undefined;
  /** With `beforeMs`: of the events at that very time, only those that stand after this one. */
  readonly beforeId?: Uuid | undefined;
  readonly subject?: string | undefined;
}

/** Newest first; events of one time by their ids. */
export async function listEvents(db: Queryable, filter: EventFilter): Promise<EventRow[]> {
  const { rows } = await db.query<EventRow>(
    `select id, time as "timeMs", kind, severity, subject, detail from event
     where ($1::timestamptz is null or time < $1 or (time = $1 and id < $2))
       and ($3::text is null or subject = $3)
     order by time desc, id desc limit $4`,
    [
      filter.beforeMs === undefined ? null : new Date(filter.beforeMs),
      filter.beforeId ?? null,
      filter.subject ?? null,
      filter.limit,
    ],
  );
  return rows;
}
