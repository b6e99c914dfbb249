/** What samples and events are kept in; plain PostgreSQL partitions or TimescaleDB's. */
export interface TableSize {
  readonly table: string;
  readonly partitions: number;
  /** Indexes included. */
  readonly bytes: number;
  readonly estimatedRows: number;
}

export interface StorageEngine {
  readonly name: 'plain' | 'timescale';
  /** Makes partitions for yesterday, today and the days ahead; answers the names made now. Run it every hour. */
  prepare(nowMs: number): Promise<string[]>;
  /** Drops whole days that lie before the cuts; answers the names dropped. */
  dropOld(cut: { samplesBeforeMs: number; eventsBeforeMs: number }): Promise<string[]>;
  sizes(): Promise<TableSize[]>;
}
