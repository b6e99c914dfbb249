/**
 * What the database is told of the sessions: their states, the holes in their devices' data with the reasons, and a
 * collector's last words. Whatever the database could not take is told again.
 */
import type { DeviceId, NodeName } from '../../core/id.ts';
import type { DroppedRows } from '../../core/telemetry/sample.ts';
import type { Clock } from '../../core/time.ts';
import { closeGaps, insertGaps } from '../../service/store/operating/gap.ts';
import { succeedLostCollector } from '../../service/store/operating/lost-collector.ts';
import { upsertSessions } from '../../service/store/operating/telemetry-session.ts';
import type { DatabasePool } from '../../service/store/connection/pool.ts';
import type { WorkerReport } from '../ingest-worker/worker-protocol.ts';
import { GapLog, type LostWorker } from './gap-log.ts';
import { GapOutbox, type GapWriter } from './gap-outbox.ts';
import { SessionReports } from './session-reports.ts';

type Sessions = WorkerReport['sessions'];

export interface SessionBookOptions {
  readonly node: NodeName;
  readonly pool: DatabasePool;
  readonly clock: Clock;
}

export class SessionBook {
  readonly #options: SessionBookOptions;
  readonly #reports = new SessionReports();
  readonly #gaps: GapLog;
  readonly #outbox: GapOutbox;
  readonly #writer: GapWriter;
  /** Devices that are collected no more, until their last word is written. */
  readonly #left = new Set<DeviceId>();

  private constructor(options: SessionBookOptions) {
    const { node, pool, clock } = options;
    this.#options = options;
    this.#gaps = new GapLog(node);
    this.#outbox = new GapOutbox(clock);
    this.#writer = {
      close: (ends) => closeGaps(pool, ends),
      insert: (gaps) => insertGaps(pool, gaps),
    };
  }

  /** Takes over from an earlier collector, which may have been killed. */
  static async open(options: SessionBookOptions): Promise<SessionBook> {
    await succeedLostCollector(options.pool);
    return new SessionBook(options);
  }

  /** Samples that are lost for good. */
  lost(rows: readonly DroppedRows[], reason: string): void {
    const { node } = this.#options;
    this.#outbox.add(rows.map((row) => ({ ...row, path: null, reason, node })));
  }

  crashed(last: LostWorker): void {
    this.#outbox.add(this.#gaps.crashed(last, this.#options.clock.nowMs()));
  }

  left(devices: readonly DeviceId[]): void {
    for (const deviceId of devices) this.#left.add(deviceId);
  }

  /** True where a session has another state than was last written. */
  hasNews(sessions: Sessions): boolean {
    return this.#reports.hasNews(sessions);
  }

  /** @throws what the database said; nothing is forgotten then */
  async write(sessions: Sessions): Promise<void> {
    const { pool, clock } = this.#options;
    const { opened, closed } = this.#gaps.observe(sessions);
    this.#outbox.end(closed);
    this.#outbox.add(opened);
    const left = [...this.#left];
    await upsertSessions(pool, this.#reports.take(sessions, left, clock.nowMs()));
    for (const deviceId of left) this.#left.delete(deviceId);
    await this.#outbox.flush(this.#writer);
  }

  /** All sessions have ended with the collector, in order. */
  async close(sessions: Sessions): Promise<void> {
    const { pool, clock } = this.#options;
    const nowMs = clock.nowMs();
    this.#outbox.add(this.#gaps.stopped(sessions, nowMs));
    await upsertSessions(pool, this.#reports.takeStopped(sessions, nowMs));
    await this.#outbox.flush(this.#writer);
  }
}
