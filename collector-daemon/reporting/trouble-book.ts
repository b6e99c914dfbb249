/**
 * Tells what keeps the data of devices from being stored as it was sent: an event when it begins and when it is over, a
 * row for the device's page and `nocturne doctor`, and holes where samples are lost. What the database could not take is
 * written again.
 */
import { type DeviceId, makeUuid } from '../../core/id.ts';
import type { DataTroubleKind } from '../../core/telemetry/data-trouble.ts';
import type { DroppedRows } from '../../core/telemetry/sample.ts';
import type { Clock } from '../../core/time.ts';
import { listOpenTroubles, upsertTroubles } from '../../service/store/operating/data-trouble.ts';
import { insertGaps } from '../../service/store/operating/gap.ts';
import type { DatabasePool } from '../../service/store/connection/pool.ts';
import type { TroubleCount } from '../ingest-worker/trouble-ledger.ts';
import type { NodeMetrics } from '../metrics.ts';
import type { EventLog } from './event-log.ts';
import { type Episode, TroubleEpisodes } from './trouble-episodes.ts';
import { begunEvents, gapsOf, overEvents } from './trouble-words.ts';

export interface TroubleBookOptions {
  readonly node: string;
  readonly pool: DatabasePool;
  readonly clock: Clock;
  readonly events: Pick<EventLog, 'record'>;
  readonly metrics: Pick<NodeMetrics, 'troubled'>;
  /** Null where the device is not known any more. */
  readonly nameOf: (deviceId: DeviceId) => string | null;
}

export class TroubleBook {
  readonly #options: TroubleBookOptions;
  readonly #episodes: TroubleEpisodes;

  private constructor(options: TroubleBookOptions) {
    this.#options = options;
    this.#episodes = new TroubleEpisodes(() => makeUuid(options.clock));
  }

  /** Goes on with what an earlier collector had seen. */
  static async open(options: TroubleBookOptions): Promise<TroubleBook> {
    const book = new TroubleBook(options);
    book.#episodes.restore(await listOpenTroubles(options.pool));
    return book;
  }

  add(seen: readonly TroubleCount[]): void {
    this.#options.metrics.troubled(seen);
    for (const one of seen) this.#episodes.add(one);
  }

  /** Samples that were lost together; their holes are noted elsewhere. */
  lost(rows: readonly DroppedRows[], kind: DataTroubleKind): void {
    const atMs = this.#options.clock.nowMs();
    const shared = { kind, firstAtMs: atMs, lastAtMs: atMs, examples: [] };
    this.add(rows.map(({ deviceId, lost: count }) => ({ ...shared, deviceId, count })));
  }

  /** What a dead worker had not stored is lost for each device it held. */
  crashed(sessions: readonly { readonly deviceId: DeviceId }[]): void {
    const atMs = this.#options.clock.nowMs();
    const one = { fromMs: atMs, toMs: atMs, lost: 1 };
    this.lost(
      [...new Set(sessions.map(({ deviceId }) => deviceId))].map((id) => ({
        deviceId: id,
        ...one,
      })),
      'worker-crash',
    );
  }

  /** Tells and writes what is due. @throws what the database said; nothing is forgotten then */
  async write(): Promise<void> {
    const { clock, events, node } = this.#options;
    const nowMs = clock.nowMs();
    const { begun, over } = this.#episodes.turn(nowMs);
    const context = { node, nameOf: (id: DeviceId) => this.#options.nameOf(id) ?? id };
    for (const event of begunEvents(begun, context)) events.record(event);
    for (const event of overEvents(over, context)) events.record(event);
    await this.#write(this.#episodes.due(nowMs), nowMs);
  }

  /** All that is not written yet: the last words of a collector. */
  async close(): Promise<void> {
    await this.write();
    await this.#write(this.#episodes.due(Number.POSITIVE_INFINITY), this.#options.clock.nowMs());
  }

  async #write(due: readonly Episode[], nowMs: number): Promise<void> {
    const { pool, node } = this.#options;
    // What grows meanwhile is due again.
    for (const episode of due) episode.changed = false;
    try {
      await upsertTroubles(
        pool,
        due.map((episode) => ({ ...episode, node })),
      );
      await insertGaps(
        pool,
        due.flatMap((episode) => gapsOf(episode, node)),
      );
      for (const episode of due) {
        episode.writtenAtMs = nowMs;
        episode.endWritten = episode.overAtMs !== null;
      }
    } catch (error) {
      for (const episode of due) episode.changed = true;
      throw error;
    }
  }
}
