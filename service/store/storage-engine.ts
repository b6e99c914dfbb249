/** What samples and events are kept in: plain PostgreSQL partitions or TimescaleDB's hypertables. */
import type { Retention } from './retention-settings.ts';

export interface TableSize {
  readonly table: string;
  /** Partitions or chunks. */
  readonly partitions: number;
  /** Indexes included, compressed or not. */
  readonly bytes: number;
  readonly estimatedRows: number;
  /** Bounds of the oldest and newest partition that holds anything; null where none does. */
  readonly oldestMs: number | null;
  readonly newestMs: number | null;
  /** Of the partitions that are compressed; null where none is. */
  readonly compressedBytes: number | null;
  /** How many times larger they were before. */
  readonly compressionRatio: number | null;
}

export interface StorageEngine {
  readonly name: 'plain' | 'timescale';
  /** Who keeps the rollups up to date: a job that calls `refreshRollups` every few seconds, or the database itself. */
  readonly rollupsBy: 'job' | 'database';
  /** Makes the tables (and views) that are not there yet; safe to run twice, and by two programs at once. */
  createStorage(): Promise<void>;
  /** Makes partitions for yesterday, today and the days ahead; answers the names made now. Run it every hour. */
  prepare(nowMs: number): Promise<string[]>;
  /**
   * Brings every rollup up to date with the samples committed so far, late ones included. Buckets that are still open
   * may wait for a later run. Answers how many pieces of work were done.
   */
  refreshRollups(nowMs: number, signal?: AbortSignal): Promise<number>;
  /**
   * Drops whole partitions that lie before the cuts; answers the names dropped. A series' newest text before the cut
   * stays, whatever its age.
   */
  dropOld(nowMs: number, retention: Retention): Promise<string[]>;
  sizes(): Promise<TableSize[]>;
}
