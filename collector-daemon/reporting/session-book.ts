/**
 * What the database is told of the sessions: their states, the holes in their devices' data with the reasons, and a
 * collector's last words. Whatever the database could not take is told again.
 */
import type { NodeName } from '../../core/id.ts';
import type { DroppedRows } from '../../core/telemetry/sample.ts';
import type { Clock } from '../../core/time.ts';
import { closeGaps, insertGaps } from '../../service/store/operating/gap.ts';
import { succeedLostCollector } from '../../service/store/operating/lost-collector.ts';
import { upsertSessions } from '../../service/store/operating/telemetry-session.ts';
import type { DatabasePool } from '../../service/store/connection/pool.ts';
import type { WorkerReport } from '../ingest-worker/worker-protocol.ts';
import { HeldSessions } from './held-sessions.ts';
import { GapLog, type LostWorker } from './gap-log.ts';
import { GapOutbox, type GapWriter } from './gap-outbox.ts';
import type { HeldTargets } from '../assignment/inventory-sync.ts';
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
  readonly #held: HeldSessions;

  private constructor(options: SessionBookOptions) {
    const { node, pool, clock } = options;
    this.#options = options;
    this.#held = new HeldSessions(node);
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
    this.#outbox.add(rows.map((row) => ({ ...row, endpointId: null, path: null, reason, node })));
  }

  crashed(last: LostWorker): void {
    const sessions = this.#held.collected(last.sessions);
    this.#outbox.add(this.#gaps.crashed({ ...last, sessions }, this.#options.clock.nowMs()));
  }

  /** What the inventory wants from now on. */
  hold(targets: HeldTargets): void {
    this.#held.hold(targets, this.#options.clock.nowMs());
  }

  /** True where a session has another state than was last written. */
  hasNews(sessions: Sessions): boolean {
    return this.#reports.hasNews(this.#held.all(sessions));
  }

  /** @throws what the database said; nothing is forgotten then */
  async write(reported: Sessions): Promise<void> {
    const { pool, clock } = this.#options;
    const [sessions, gone] = [this.#held.all(reported), this.#held.gone()];
    const { opened, closed } = this.#gaps.observe(sessions);
    this.#outbox.end([...closed, ...this.#gaps.forget(gone, clock.nowMs())]);
    this.#outbox.add(opened);
    await upsertSessions(pool, this.#reports.take(sessions, gone, clock.nowMs()));
    this.#held.forget(gone);
    await this.#outbox.flush(this.#writer);
  }

  /** All sessions have ended with the collector, in order. */
  async close(reported: Sessions): Promise<void> {
    const { pool, clock } = this.#options;
    const [sessions, nowMs] = [this.#held.all(reported), clock.nowMs()];
    this.#outbox.add(this.#gaps.stopped(sessions, nowMs));
    await upsertSessions(pool, this.#reports.takeStopped(sessions, this.#held.gone(), nowMs));
    await this.#outbox.flush(this.#writer);
  }
}
