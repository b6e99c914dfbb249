/** Collectors and web nodes as they last reported themselves. */
import type { Queryable } from '../connection/queryable.ts';
import { nodeSilenceSeconds } from './telemetry-session.ts';

export type NodeRole = 'collector' | 'web' | 'both';

export interface NodeReport {
  readonly name: string;
  /** See `enterName`. */
  readonly incarnation: number;
  readonly role: NodeRole;
  readonly version: string;
  /** Start of the program, ms since the epoch. */
  readonly startedAtMs: number;
  /** Where its live feed can be subscribed, for example `tcp://192.0.2.7:5560`; null where it has none. */
  readonly feedAddress: string | null;
  readonly devices: number;
  readonly samplesPerSecond: number;
  readonly samplesDropped: number;
  readonly queuedBatches: number;
}

export interface NodeRow extends Omit<NodeReport, 'feedAddress' | 'incarnation'> {
  readonly seenAtMs: number;
  /** Reported itself lately and did not say good-bye. */
  readonly alive: boolean;
}

/**
 * To be repeated every few seconds, well within `nodeSilenceSeconds`. False, and nothing is written, where a younger
 * incarnation has the name.
 */
export async function reportNode(db: Queryable, report: NodeReport): Promise<boolean> {
  const { rowCount } = await db.query(
    `insert into node as known (name, role, version, incarnation, started_at, feed_address, devices,
       samples_per_second, samples_dropped, queued_batches, seen_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, now())
     on conflict (name) do update set role = excluded.role, version = excluded.version,
       incarnation = excluded.incarnation, started_at = excluded.started_at,
       feed_address = excluded.feed_address, devices = excluded.devices,
       samples_per_second = excluded.samples_per_second, samples_dropped = excluded.samples_dropped,
       queued_batches = excluded.queued_batches, seen_at = excluded.seen_at, stopped_at = null
     where known.incarnation <= excluded.incarnation`,
    [
      report.name,
      report.role,
      report.version,
      report.incarnation,
      new Date(report.startedAtMs),
      report.feedAddress,
      report.devices,
      report.samplesPerSecond,
      report.samplesDropped,
      report.queuedBatches,
    ],
  );
  return rowCount === 1;
}

/** Says good-bye at an orderly stop; not when a newer program has the name by now. */
export async function markNodeStopped(
  db: Queryable,
  name: string,
  incarnation: number,
): Promise<void> {
  await db.query(
    `update node set stopped_at = now(), devices = 0, samples_per_second = 0, queued_batches = 0
     where name = $1 and incarnation = $2`,
    [name, incarnation],
  );
}

const alive = `(stopped_at is null and seen_at >= now() - interval '${nodeSilenceSeconds} s')`;

/** Nodes seen within the last week. */
export async function listNodes(db: Queryable): Promise<NodeRow[]> {
  const { rows } = await db.query<NodeRow>(
    `select name, role, version, started_at as "startedAtMs", seen_at as "seenAtMs",
       ${alive} as alive, devices, samples_per_second as "samplesPerSecond",
       samples_dropped as "samplesDropped", queued_batches as "queuedBatches"
     from node where seen_at > now() - interval '7 d' order by name`,
  );
  return rows;
}

/** Feeds of the collectors that are alive. */
export async function listFeedAddresses(
  db: Queryable,
): Promise<{ name: string; feedAddress: string }[]> {
  const { rows } = await db.query<{ name: string; feedAddress: string }>(
    `select name, feed_address as "feedAddress" from node
     where feed_address is not null and ${alive} order by name`,
  );
  return rows;
}
