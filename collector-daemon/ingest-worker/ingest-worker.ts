/** The worker thread: a pipeline of its own, its own connections to the database, and the talk with the main thread. */
import { parentPort, workerData } from 'node:worker_threads';
import { SteadyClock } from '../../core/steady-clock.ts';
import { receivedSinceMs } from '../../core/telemetry/sample.ts';
import { systemTimers } from '../../core/time.ts';
import { createPool } from '../../service/store/connection/pool.ts';
import { LoopDelay } from '../loop-delay.ts';
import { ticksMs } from '../node-clock.ts';
import { Pipeline } from '../pipeline.ts';
import { SampleStore, storeConnections } from '../sink/sample-store.ts';
import { FeedOutlet } from './feed-outlet.ts';
import type { FeedPart, FromWorker, ToWorker, WorkerOptions } from './worker-protocol.ts';

const reportEveryMs = 1_000;
/** Session changes are reported sooner, but a storm of them not more often than this. */
const changeReportMs = 100;

const port = parentPort!;
const options = workerData as WorkerOptions;
const clock = new SteadyClock(ticksMs, options.clock);

function send(message: FromWorker, transfer: readonly ArrayBuffer[] = []): void {
  port.postMessage(message, [...transfer]);
}

function sendFrames(parts: readonly FeedPart[]): void {
  const buffers = parts.flatMap(({ payload }) =>
    payload === null ? [] : [payload.buffer as ArrayBuffer],
  );
  send({ kind: 'frames', parts }, buffers);
}

function start(): void {
  const { node, incarnation, worker, databaseUrl, maxQueuedRows } = options;
  const pool = createPool(databaseUrl, {
    applicationName: `nocturne ${node} ingest ${worker}`,
    size: storeConnections,
  });
  const store = new SampleStore({ pool, clock, timers: systemTimers });
  const delay = new LoopDelay({ timers: systemTimers, ticksMs });
  const outlet = new FeedOutlet(sendFrames, (frames) => {
    pipeline.counters.feedFramesDropped += frames;
  });
  const pipeline = new Pipeline({
    node,
    incarnation,
    worker,
    maxQueuedRows,
    rawRetentionMs: options.rawRetentionMs,
    clock,
    ticksMs,
    timers: systemTimers,
    random: Math.random,
    write: (batch) => pipeline.measures.batch(() => store.write(batch)),
    lives: (deviceId) => store.lives(deviceId),
    learn: (introduced) => store.learn(introduced),
    forget: (refs) => store.forget(refs),
    retire: (topics) => send({ kind: 'retired', topics }),
    publish: (parts) => outlet.offer(parts),
    happened: (event) => send({ kind: 'event', event }),
    lost: (rows, reason) => send({ kind: 'lost', rows, reason }),
    sessionChanged: () => reportSoon(),
  });

  let cancelReport = systemTimers.after(reportEveryMs, report);
  let soon = false;
  function report(): void {
    cancelReport();
    soon = false;
    send({ kind: 'measures', measures: pipeline.measures.take(delay.take()) });
    const troubles = pipeline.troubles.take();
    if (troubles.length > 0) send({ kind: 'troubles', troubles });
    send({
      kind: 'report',
      report: {
        counters: pipeline.counters,
        queuedBatches: pipeline.queue.length,
        queuedRows: pipeline.queue.unsettledRows,
        unstoredSinceMs: receivedSinceMs(pipeline.queue.oldestUnsettled),
        series: pipeline.registry.size,
        lagMs: pipeline.lag.read(clock.nowMs()),
        sessions: pipeline.sessions.statuses(),
      },
    });
    cancelReport = systemTimers.after(reportEveryMs, report);
  }
  function reportSoon(): void {
    if (soon) return;
    soon = true;
    cancelReport();
    cancelReport = systemTimers.after(changeReportMs, report);
  }

  async function stop(drainMs: number): Promise<void> {
    const hurry = AbortSignal.timeout(drainMs);
    await pipeline.drain(hurry);
    await store.close({ hurry: hurry.aborted });
    report();
    cancelReport();
    delay[Symbol.dispose]();
    await pool[Symbol.asyncDispose]();
    send({ kind: 'stopped' });
    port.close();
  }

  port.on('message', (message: ToWorker) => {
    switch (message.kind) {
      case 'assign':
        pipeline.assign(message.target);
        return;
      case 'unassign':
        pipeline.unassign(message.endpointId);
        reportSoon();
        return;
      case 'raw-retention':
        pipeline.keepRaw(message.ms);
        return;
      case 'clock':
        clock.set(message.anchor);
        return;
      case 'credit':
        outlet.credit();
        return;
      case 'stop':
        void stop(message.drainMs);
        return;
      default:
        message satisfies never;
    }
  });
}

start();
