/**
 * The whole flow of one ingest worker on one screen:
 *
 *   session ─▶ normalise ─▶ batch ─┬─▶ bounded queue ─▶ COPY in one transaction ─▶ database
 *                                  └─▶ split by topic ─▶ main thread ─▶ ZeroMQ PUB
 *
 * The only module that knows more than one of these stages. Towards the database the sessions are paused before
 * anything is dropped; towards the feed the oldest is dropped and counted.
 */
import type { RefusedPath } from '../core/contract/device.ts';
import type { DeviceId, EndpointId, NodeName } from '../core/id.ts';
import type { CollectionTarget } from '../core/inventory/collection-target.ts';
import type { Notification } from '../core/telemetry/notification.ts';
import { type DroppedRows, rowCount, type SampleSlice } from '../core/telemetry/sample.ts';
import { type Clock, pause, type Timers } from '../core/time.ts';
import type { SeriesLife } from '../service/store/reading/series-life.ts';
import type { BatchResult } from '../service/store/writing/batch-writer.ts';
import { Batcher } from './batch/batcher.ts';
import { zeroCounters } from './ingest-worker/accounting.ts';
import { LagMeter } from './ingest-worker/lag-meter.ts';
import { LossTeller } from './ingest-worker/loss-teller.ts';
import { Measures } from './ingest-worker/measures.ts';
import { tellRefused } from './ingest-worker/refused-troubles.ts';
import { SessionNews } from './ingest-worker/session-news.ts';
import { TargetIntake } from './ingest-worker/target-intake.ts';
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
import {
  type CopySinkOptions,
  runCopySink,
  type SparedEnds,
  type WriteSealedBatch,
} from './sink/copy-sink.ts';
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
  readonly #options: PipelineOptions;
  readonly #batcher: Batcher;
  readonly #losses: LossTeller;
  readonly #copying: Promise<void>;
  readonly #intakes = new Map<EndpointId, TargetIntake>();
  /** Looked at with every notification, so that a change takes effect at once. */
  readonly #timeLimits: { oldestMs: number; readonly aheadMs: number };
  /** Of slices that were dropped: without them, leaves that are gone would live on. */
  #sparedEnds: SparedEnds[] = [];
  /** The last question to the database; it must not be closed under it. Never rejects. */
  #asked: Promise<unknown> = Promise.resolve();
  /** Null while the sessions are paused. */
  #readingSinceMs: number | null = 0;
  #sequence = 0;
  /** Nothing is collected any more. */
  readonly #ending = new AbortController();
  /** Nor is there time for what is queued. */
  readonly #hurry = new AbortController();

  constructor(options: PipelineOptions) {
    const { node, clock, timers, random, rawRetentionMs: oldestMs } = options;
    this.#options = options;
    this.#timeLimits = { ...defaultTimeLimits, oldestMs };
    this.registry = new SeriesRegistry(clock);
    this.measures = new Measures(options.ticksMs ?? (() => clock.nowMs()));
    const definitionOf = (ref: number) => this.registry.definition(ref);
    this.#losses = new LossTeller({ ...options, counters: this.counters, definitionOf });
    const splitter = new TopicSplitter();
    const news = new SessionNews();

    this.sessions = new SessionPool({
      node,
      clock,
      timers,
      random,
      openTarget: (target) => this.#openTarget(target),
      changed: (target, state) => {
        if (state.name === 'stopped') this.#closeTarget(target.endpointId);
        options.sessionChanged();
        const event = news.of(target, state);
        if (event !== null) options.happened(event);
      },
      pathsInvalid: (subject, refused) => options.happened(wrongPaths(subject, refused)),
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
    this.queue = new BoundedQueue({
      maxRows: options.maxQueuedRows,
      rowsOf: rowCount,
      dropped: (slice) => this.#dropped(slice),
      pressure: (high) => {
        this.#readingSinceMs = high ? null : clock.nowMs();
        this.sessions.setPaused(high);
      },
    });
    this.#copying = runCopySink(this.#sink(), this.#hurry.signal);
  }

  /** A target that is known already goes on with its session, under the epoch that it brings. */
  assign(target: CollectionTarget): void {
    const intake = this.#intakes.get(target.endpointId);
    if (intake !== undefined) intake.epoch = target.epoch;
    this.sessions.assign(target);
  }

  unassign(endpointId: EndpointId): void {
    this.sessions.unassign(endpointId);
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
    this.#losses.leftBehind(await this.queue.take(Number.POSITIVE_INFINITY));
    await Promise.race([this.#asked, aborted(this.#hurry.signal)]);
    signal.removeEventListener('abort', giveUp);
  }

  /** A session's notifications → rows. */
  #openTarget(target: CollectionTarget): (notification: Notification) => void {
    const { deviceId, endpointId, subscriptions } = target;
    const { clock, timers, ticksMs, lives } = this.#options;
    const writer = this.#batcher.writerOf(deviceId);
    const answered = new AnsweredPaths({ subscriptions, troubles: this.troubles.of(deviceId) });
    const normaliser = new Normaliser({
      deviceId,
      registry: this.registry,
      writer,
      wanted: (path) => answered.wanted(path),
      counters: this.counters,
      timeLimits: this.#timeLimits,
      ticksMs,
      troubles: answered.listener,
    });
    const intake = new TargetIntake({
      clock,
      timers,
      subscriptions,
      normaliser,
      answered,
      epoch: target.epoch,
      received: (ms, epoch) => writer.received(ms, epoch),
      owed: (refused) => owedUnder(subscriptions, refused),
      lives: () => this.#inTurn(() => lives(deviceId)),
      pause: (attempt) => this.#pause(attempt),
      readingSinceMs: () => this.#readingSinceMs,
      ending: this.#ending.signal,
    });
    this.#intakes.set(endpointId, intake);
    return (notification) => {
      const before = this.counters.received;
      intake.accept(notification);
      this.measures.received(target.protocol, this.counters.received - before);
    };
  }

  #closeTarget(endpointId: EndpointId): void {
    this.#intakes.get(endpointId)?.[Symbol.dispose]();
    this.#intakes.delete(endpointId);
  }

  /** What waits in the queue → transactions. */
  #sink(): CopySinkOptions {
    const { node, incarnation, worker, clock, happened, forget, write } = this.#options;
    return {
      queue: this.queue,
      writers,
      batchSize: new BatchSize({ clock }),
      takeSparedEnds: () => this.#sparedEnds.splice(0),
      retired: (refs) => {
        this.registry.forget(refs);
        forget(refs);
      },
      nextKey: () => {
        this.#sequence += 1;
        return { node, incarnation, worker, sequence: this.#sequence };
      },
      write,
      pause: (attempt) => this.#pause(attempt),
      stored: (batch, result) => this.#stored(rowCount(batch), result),
      refused: (batch, sentence) => this.#losses.refused(batch, sentence),
      trouble: (sentence) =>
        happened({
          event: 'store',
          severity: sentence === null ? 'info' : 'warning',
          subject: node,
          detail: sentence ?? 'storing goes on',
        }),
    };
  }

  #stored(rows: number, result: BatchResult): void {
    this.counters.batchesStored += 1;
    if (result.outcome === 'repeated') {
      this.counters.repeatedRows += rows;
      return;
    }
    this.counters.stored += result.rows;
    this.counters.quarantined += result.quarantined;
    this.#losses.fenced(result.fenced);
    tellRefused(result.refused ?? [], this.troubles, this.#options.clock.nowMs());
  }

  #dropped(slice: SampleSlice): void {
    const { introduces, ends, received, retires } = slice;
    this.#options.learn(introduces);
    if (ends.series.length + retires.length > 0) {
      this.#sparedEnds.push({ ends, received, retires });
    }
    this.#losses.overflowed(slice);
  }

  /** One question at a time: a thousand devices that sync together must not keep batches from a connection. */
  #inTurn<Answer>(ask: () => Promise<readonly Answer[]>): Promise<readonly Answer[]> {
    const answer = this.#asked.then(() => (this.#ending.signal.aborted ? [] : ask()));
    this.#asked = answer.catch(() => {});
    return answer;
  }

  /** 0.1 s doubling to 5 s, jittered; cut short when the pipeline has to end. */
  #pause(attempt: number): Promise<void> {
    const { timers, random } = this.#options;
    const delayMs = Math.min(5_000, 50 * 2 ** attempt) * (0.5 + random() / 2);
    return pause(timers, delayMs, this.#hurry.signal);
  }
}

function wrongPaths(subject: string, refused: readonly RefusedPath[]): WorkerEvent {
  const paths = refused.map(({ path, reason }) => `${path}: ${reason}`).join('; ');
  return {
    event: 'paths-refused',
    severity: 'warning',
    subject,
    detail: `the target refuses ${refused.length} of the subscribed paths as wrong or not permitted (${paths}); the others are collected`,
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
