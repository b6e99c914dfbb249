/** What samples and events are kept in: plain PostgreSQL partitions or TimescaleDB's hypertables. */
import type { Retention } from './retention-settings.ts';
import type { StorageHealth } from './storage-health.ts';

export interface TableSize {
  readonly table: string;
  /** Partitions or chunks. */
  readonly partitions: number;
  /** Indexes included, compressed or not. */
  readonly bytes: number;
  readonly estimatedRows: number;
  /**
   * Bounds of the oldest and newest partition that holds anything, or the oldest time itself where that partition is not
   * one of a usual length; null where none does.
   */
  readonly oldestMs: number | null;
  readonly newestMs: number | null;
  /** Of the partitions that are compressed; null where none is. */
  readonly compressedBytes: number | null;
  /** How many times larger they were before. */
  readonly compressionRatio: number | null;
}

export interface PartitionLength {
  /** Of the partitions or chunks of samples that are made from now on. */
  readonly lengthMs: number;
  /** `database`: somebody has set it on the hypertable itself, so it is left alone. */
  readonly chosenBy: 'rate' | 'admin' | 'database';
}

export interface LengthChange {
  readonly fromMs: number;
  readonly toMs: number;
  /** A sentence for the operations log: what and why. */
  readonly told: string;
}

export interface StorageEngine {
  readonly name: 'plain' | 'timescale';
  /** Who keeps the rollups up to date: a job that calls `refreshRollups` every few seconds, or the database itself. */
  readonly rollupsBy: 'job' | 'database';
  /** Makes the tables (and views) that are not there yet; safe to run twice, and by two programs at once. */
  createStorage(): Promise<void>;
  /**
   * Makes partitions for yesterday, today and the days ahead; answers the names made now. Run it every minute: where
   * nothing is missing it only looks.
   * @throws the first problem, once all that can be made is there
   */
  prepare(nowMs: number): Promise<string[]>;
  /**
   * Brings every rollup up to date with the samples committed so far, late ones included. Buckets that are still open
   * may wait for a later run. Answers how many pieces of work were done.
   */
  refreshRollups(nowMs: number, signal?: AbortSignal): Promise<number>;
  /**
   * Drops whole partitions that lie before the cuts; answers the names dropped. A series' newest text before the cut
   * stays, whatever its age.
   * @throws the first problem, once all that can go is gone
   */
  dropOld(nowMs: number, retention: Retention): Promise<string[]>;
  sizes(): Promise<TableSize[]>;
  /** Of all work in the background that storage depends on; cheap enough to be asked every few seconds. */
  health(): Promise<StorageHealth>;
  partitionLength(): Promise<PartitionLength>;
  /**
   * Makes partitions of samples as long as the measured rate, or an admin, wants them; null where nothing changes. Those
   * that exist keep their length. Run it now and then.
   */
  revisePartitionLength(nowMs: number): Promise<LengthChange | null>;
}
