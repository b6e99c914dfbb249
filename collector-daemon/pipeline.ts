/**
 * The whole flow of one ingest worker on one screen:
 *
 *   session ─▶ normalise ─▶ batch ─┬─▶ bounded queue ─▶ COPY in one transaction ─▶ database
 *                                  └─▶ split by topic ─▶ main thread ─▶ ZeroMQ PUB
 *
 * The only module that knows more than one of these stages. Towards the database the sessions are paused before
 * anything is dropped; towards the feed the oldest is dropped and counted.
 */
import type { DeviceId, EndpointId, Epoch, NodeName } from '../core/id.ts';
import type { CollectionTarget } from '../core/inventory/collection-target.ts';
import { type DroppedRows, rowCount, type SampleSlice } from '../core/telemetry/sample.ts';
import { type Clock, pause, type Timers } from '../core/time.ts';
import type { SeriesLife } from '../service/store/reading/series-life.ts';
import { Batcher } from './batch/batcher.ts';
import { zeroCounters } from './ingest-worker/accounting.ts';
import { EventPace } from './ingest-worker/event-pace.ts';
import { LagMeter } from './ingest-worker/lag-meter.ts';
import { LatePatience, patienceMs } from './ingest-worker/late-patience.ts';
import { Measures } from './ingest-worker/measures.ts';
import { tellRefused } from './ingest-worker/refused-troubles.ts';
import { SessionNews } from './ingest-worker/session-news.ts';
import { StoredSweep } from './ingest-worker/stored-sweep.ts';
import { TroubleLedger } from './ingest-worker/trouble-ledger.ts';
import type { LossReason, PipelineCounters, WorkerEvent } from './ingest-worker/worker-protocol.ts';
import { Normaliser } from './normalise/normaliser.ts';
import { defaultTimeLimits } from './normalise/sample-time.ts';
import { SeriesRegistry } from './normalise/series-registry.ts';
import { AnsweredPaths } from './session/answered-paths.ts';
import { owedUnder } from './session/subscribed-paths.ts';
import { SessionPool } from './session/session-pool.ts';
import { BatchSize } from './sink/batch-size.ts';
import { BoundedQueue } from './sink/bounded-queue.ts';
import { runCopySink, type SparedEnds, type WriteSealedBatch } from './sink/copy-sink.ts';
import { droppedRows } from './sink/dropped-rows.ts';
import { writers } from './sink/sample-store.ts';
import { type TopicPart, TopicSplitter } from './sink/topic-splitter.ts';

export interface PipelineOptions {
  readonly node: NodeName;
  readonly incarnation: number;
  readonly worker: number;
  readonly clock: Clock;
  /** A counter of ms that only goes on, by which it is seen that the clock was set. */
  readonly ticksMs?: () => number;
  readonly timers: Timers;
  readonly random: () => number;
  readonly maxQueuedRows: number;
  /** Older device times are not believed, for samples of then are not kept. */
  readonly rawRetentionMs: number;
  readonly write: WriteSealedBatch;
  /** Which series of a device live as far as the store knows, and when the others ended. */
  readonly lives: (deviceId: DeviceId) => Promise<readonly SeriesLife[]>;
  /** Series that only a dropped slice introduced; later ones use them. */
  readonly learn: (introduced: SampleSlice['introduces']) => void;
  /** Series that no later batch uses. */
  readonly forget: (refs: readonly number[]) => void;
  /** Series, by topic, that no later frame has rows of. */
  readonly retire: (topics: ReadonlyMap<string, readonly number[]>) => void;
  readonly publish: (parts: readonly TopicPart[]) => void;
  readonly happened: (event: WorkerEvent) => void;
  /** Samples that are lost for good. */
  readonly lost: (rows: readonly DroppedRows[], reason: LossReason) => void;
  /** A session changed its state: a fresh report is due. */
  readonly sessionChanged: () => void;
}

export class Pipeline {
  readonly counters: PipelineCounters = zeroCounters();
  readonly sessions: SessionPool;
  readonly lag = new LagMeter();
  readonly troubles = new TroubleLedger();
  readonly measures: Measures;
  readonly queue: BoundedQueue<SampleSlice>;
  readonly registry: SeriesRegistry;
  readonly #batcher: Batcher;
  /** Looked at with every notification, so that a change takes effect at once. */
  readonly #timeLimits: { oldestMs: number; readonly aheadMs: number };
  #sequence = 0;
  readonly #overloads: EventPace;
  readonly #refusals: EventPace;
  readonly #fences: EventPace;
  readonly #options: PipelineOptions;
  /** Of slices that were dropped: without them, leaves that are gone would live on. */
  #sparedEnds: SparedEnds[] = [];
  readonly #hurry = new AbortController();
  /** The last question to the database; it must not be closed under it. Never rejects. */
  #asked: Promise<unknown> = Promise.resolve();
  readonly #sweeps = new Map<EndpointId, AbortController>();
  /** Under which each session is collected now. */
  readonly #epochs = new Map<EndpointId, Epoch>();
  /** Null while the sessions are paused. */
  #readingSinceMs: number | null = 0;
  /** Nothing is collected any more. */
  readonly #ending = new AbortController();
  readonly #copying: Promise<void>;

  constructor(options: PipelineOptions) {
    const { node, incarnation, worker, clock, timers, random } = options;
    this.#options = options;
    this.registry = new SeriesRegistry(clock);
    this.measures = new Measures(options.ticksMs ?? (() => clock.nowMs()));
    this.#overloads = new EventPace(clock);
    this.#refusals = new EventPace(clock);
    this.#fences = new EventPace(clock);
    this.#timeLimits = { ...defaultTimeLimits, oldestMs: options.rawRetentionMs };
    const splitter = new TopicSplitter();
    const news = new SessionNews();
    this.queue = new BoundedQueue({
      maxRows: options.maxQueuedRows,
      rowsOf: rowCount,
      dropped: (slice) => this.#dropped(slice),
      pressure: (high) => {
        this.#readingSinceMs = high ? null : clock.nowMs();
        this.sessions.setPaused(high);
      },
    });
    this.#batcher = new Batcher({
      clock,
      timers,
      takeIntroduced: () => this.registry.takeIntroduced(),
      takeRetired: () => this.registry.takeRetired(),
      sealed: (slice) => {
        this.lag.measure(slice);
        this.queue.push(slice);
        options.publish(splitter.split(slice));
        if (slice.retires.length > 0) options.retire(splitter.retire(slice.retires));
      },
    });
    this.sessions = new SessionPool({
      node,
      clock,
      timers,
      random,
      openTarget: (target) => {
        const { deviceId, endpointId } = target;
        this.#epochs.set(endpointId, target.epoch);
        const writer = this.#batcher.writerOf(deviceId);
        const receivedAt = (ms: number) =>
          writer.received(ms, this.#epochs.get(endpointId) ?? target.epoch);
        const answered = new AnsweredPaths({
          subscriptions: target.subscriptions,
          troubles: this.troubles.of(deviceId),
        });
        const normaliser = new Normaliser({
          deviceId,
          registry: this.registry,
          writer,
          wanted: (path) => answered.wanted(path),
          counters: this.counters,
          timeLimits: this.#timeLimits,
          ticksMs: options.ticksMs,
          troubles: answered.listener,
        });
        const sweep = new StoredSweep({
          lives: () => this.#inTurn(() => options.lives(deviceId)),
          pause: (attempt) => this.#pause(attempt, timers, random),
          found: (stored, syncedAtMs) => {
            receivedAt(clock.nowMs());
            normaliser.sweepStored(stored, syncedAtMs);
          },
        });
        const patience = new LatePatience({
          clock,
          timers,
          patienceMs: patienceMs(target.subscriptions),
          readingSinceMs: () => this.#readingSinceMs,
          over: ({ receivedAtMs: syncedAtMs, refused }, signal) => {
            answered.conclude(refused);
            const owed = owedUnder(target.subscriptions, refused);
            receivedAt(clock.nowMs());
            normaliser.sweep(syncedAtMs, owed.again);
            void sweep.run({ syncedAtMs, owed: owed.stored, signal });
          },
          signal: this.#sweepSignal(endpointId, normaliser),
        });
        return (notification) => {
          receivedAt(notification.receivedAtMs);
          answered.receivedAt(notification.receivedAtMs);
          const before = this.counters.received;
          normaliser.accept(notification);
          this.measures.received(target.protocol, this.counters.received - before);
          patience.accept(notification);
        };
      },
      changed: (target, state) => {
        if (state.name === 'stopped') this.#endSweep(target.endpointId);
        options.sessionChanged();
        const event = news.of(target, state);
        if (event !== null) options.happened(event);
      },
      pathsInvalid: (subject, refused) =>
        options.happened({
          event: 'paths-refused',
          severity: 'warning',
          subject,
          detail: `the target refuses ${refused.length} of the subscribed paths as wrong or not permitted (${refused.map(({ path, reason }) => `${path}: ${reason}`).join('; ')}); the others are collected`,
        }),
    });
    this.#copying = runCopySink(
      {
        queue: this.queue,
        writers,
        batchSize: new BatchSize({ clock }),
        takeSparedEnds: () => this.#sparedEnds.splice(0),
        retired: (refs) => {
          this.registry.forget(refs);
          options.forget(refs);
        },
        nextKey: () => {
          this.#sequence += 1;
          return { node, incarnation, worker, sequence: this.#sequence };
        },
        write: options.write,
        pause: (attempt) => this.#pause(attempt, timers, random),
        stored: (batch, result) => {
          if (result.outcome === 'repeated') this.counters.repeatedRows += rowCount(batch);
          else {
            this.counters.stored += result.rows;
            this.counters.quarantined += result.quarantined;
            this.#fenced(result.fenced);
            tellRefused(result.refused ?? [], this.troubles, clock.nowMs());
          }
          this.counters.batchesStored += 1;
        },
        refused: (batch, sentence) => this.#refused(batch, sentence),
        trouble: (sentence) =>
          options.happened({
            event: 'store',
            severity: sentence === null ? 'info' : 'warning',
            subject: node,
            detail: sentence ?? 'storing goes on',
          }),
      },
      this.#hurry.signal,
    );
  }

  /** A target that is known already goes on with its session, under the epoch that it brings. */
  assign(target: CollectionTarget): void {
    this.#epochs.set(target.endpointId, target.epoch);
    this.sessions.assign(target);
  }

  unassign(endpointId: EndpointId): void {
    this.sessions.unassign(endpointId);
    this.#epochs.delete(endpointId);
  }

  /** Aborted with the session: what it would still find is not its to tell. */
  #sweepSignal(endpointId: EndpointId, normaliser: Normaliser): AbortSignal {
    const own = new AbortController();
    this.#sweeps.set(endpointId, own);
    own.signal.addEventListener('abort', () => normaliser[Symbol.dispose](), { once: true });
    return AbortSignal.any([own.signal, this.#ending.signal]);
  }

  #endSweep(endpointId: EndpointId): void {
    this.#sweeps.get(endpointId)?.abort();
    this.#sweeps.delete(endpointId);
  }

  /** One question at a time: a thousand devices that sync together must not keep batches from a connection. */
  #inTurn<Answer>(ask: () => Promise<readonly Answer[]>): Promise<readonly Answer[]> {
    const answer = this.#asked.then(() => (this.#ending.signal.aborted ? [] : ask()));
    this.#asked = answer.catch(() => {});
    return answer;
  }

  /** Raw samples are kept so long from now on. */
  keepRaw(ms: number): void {
    this.#timeLimits.oldestMs = ms;
  }

  /** Ends the sessions, seals what there is and stores what is queued; gives up when the signal is aborted. */
  async drain(signal: AbortSignal): Promise<void> {
    this.sessions[Symbol.dispose]();
    this.#ending.abort();
    this.#batcher[Symbol.dispose]();
    this.queue.close();
    const giveUp = () => this.#hurry.abort();
    signal.addEventListener('abort', giveUp, { once: true });
    if (signal.aborted) giveUp();
    await this.#copying;
    await this.#leaveBehind();
    await Promise.race([this.#asked, aborted(this.#hurry.signal)]);
    signal.removeEventListener('abort', giveUp);
  }

  #rowsOf(slice: SampleSlice): readonly DroppedRows[] {
    return droppedRows(slice, (ref) => this.registry.definition(ref));
  }

  #dropped(slice: SampleSlice): void {
    const { node, happened, learn, lost } = this.#options;
    learn(slice.introduces);
    const { ends, received, retires } = slice;
    if (ends.series.length + retires.length > 0) {
      this.#sparedEnds.push({ ends, received, retires });
    }
    this.counters.droppedQueueFull += rowCount(slice);
    lost(this.#rowsOf(slice), 'queue-full');
    const samples = this.#overloads.count(rowCount(slice));
    if (samples === null) return;
    const detail = `${samples} samples were dropped: the database takes less than the devices send`;
    happened({ event: 'overload', severity: 'error', subject: node, detail });
  }

  /** Another collector has the turn; it collects what this one may not store any more. */
  #fenced(rows: number): void {
    if (rows === 0) return;
    const { node, happened } = this.#options;
    this.counters.fenced += rows;
    const samples = this.#fences.count(rows);
    if (samples === null) return;
    const detail = `${samples} samples were not stored: another collector has taken over since they were received`;
    happened({ event: 'store', severity: 'warning', subject: node, detail });
  }

  #refused(slice: SampleSlice, sentence: string): void {
    const { node, happened, lost } = this.#options;
    this.counters.droppedRefused += rowCount(slice);
    lost(this.#rowsOf(slice), 'refused');
    const samples = this.#refusals.count(rowCount(slice));
    if (samples === null) return;
    const detail = `${samples} samples were refused: ${sentence}`;
    happened({ event: 'store', severity: 'error', subject: node, detail });
  }

  /** What is still in the queue when there is no more time for it. */
  async #leaveBehind(): Promise<void> {
    const { node, happened, lost } = this.#options;
    const slices = await this.queue.take(Number.POSITIVE_INFINITY);
    const samples = slices.reduce((sum, slice) => sum + rowCount(slice), 0);
    if (samples === 0) return;
    this.counters.droppedAtStop += samples;
    for (const slice of slices) lost(this.#rowsOf(slice), 'collector-stopped');
    const detail = `${samples} samples still waited for the database when there was no more time, and are lost`;
    happened({ event: 'store', severity: 'error', subject: node, detail });
  }

  /** 0.1 s doubling to 5 s, jittered; cut short when the pipeline has to end. */
  #pause(attempt: number, timers: Timers, random: () => number): Promise<void> {
    const delayMs = Math.min(5_000, 50 * 2 ** attempt) * (0.5 + random() / 2);
    return pause(timers, delayMs, this.#hurry.signal);
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
