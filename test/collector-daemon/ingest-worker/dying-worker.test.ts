import { EventEmitter } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { inFlight, zeroCounters } from '../../../collector-daemon/ingest-worker/accounting.ts';
import {
  type WorkerCrash,
  WorkerFleet,
} from '../../../collector-daemon/ingest-worker/worker-fleet.ts';
import { type Thread, WorkerHost } from '../../../collector-daemon/ingest-worker/worker-host.ts';
import type {
  FromWorker,
  WorkerOptions,
  WorkerReport,
} from '../../../collector-daemon/ingest-worker/worker-protocol.ts';
import type { NodeName } from '../../../core/id.ts';
import { leafOne } from '../../support/collection.ts';
import { ManualTime } from '../../support/manual-time.ts';

/** A thread whose events come in the order that a test wants. */
class ScriptedThread extends EventEmitter implements Thread {
  postMessage(): void {}

  terminate(): Promise<void> {
    return Promise.resolve();
  }

  says(message: FromWorker): void {
    this.emit('message', message);
  }
}

function report(received: number, stored: number): FromWorker {
  const sessions = [
    { deviceId: leafOne, state: 'streaming' },
  ] as unknown as WorkerReport['sessions'];
  return {
    kind: 'report',
    report: {
      counters: { ...zeroCounters(), received, stored },
      queuedBatches: 0,
      queuedRows: 0,
      unstoredSinceMs: null,
      series: 1,
      lagMs: null,
      sessions,
    },
  };
}

const lost: FromWorker = { kind: 'lost', rows: [], reason: 'refused' };
const frames: FromWorker = { kind: 'frames', parts: [] };

function fleetOf() {
  const threads: ScriptedThread[] = [];
  const told: string[] = [];
  const crashes: WorkerCrash[] = [];
  const time = new ManualTime();
  const fleet = new WorkerFleet({
    node: 'col-1' as NodeName,
    incarnation: 1,
    databaseUrl: 'postgres://nowhere',
    workers: 1,
    maxQueuedRows: 10,
    rawRetentionMs: 1,
    clock: time,
    anchor: () => ({ timeMs: 0, ticksMs: 0 }),
    timers: time,
    openThread: () => {
      const thread = new ScriptedThread();
      threads.push(thread);
      return thread;
    },
    listener: {
      frames: (worker) => told.push(`frames of ${worker}`),
      retired: () => told.push('retired'),
      happened: () => told.push('event'),
      troubled: () => told.push('troubles'),
      measured: () => {},
      lost: () => told.push('lost'),
      crashed: (crash) => {
        crashes.push(crash);
        told.push(`${crash.worker} crashed`);
      },
      report: (_, { counters, sessions }) =>
        told.push(`${counters.received} received, ${sessions.length} sessions`),
    },
  });
  return { fleet, threads, told, crashes, time };
}

test('what a dying worker had sent before its end counts, and nothing after it', () => {
  const { fleet, threads, told, crashes, time } = fleetOf();
  const [thread] = threads;
  thread!.says(report(10, 4));
  thread!.emit('error', new Error('out of memory'));
  // On their way when the error came; a thread's messages and its error take two ways.
  thread!.says(report(15, 9));
  thread!.says(frames);
  expect(crashes).toEqual([]);
  thread!.emit('exit', 1);
  for (const message of [report(16, 9), frames, lost]) thread!.says(message);
  thread!.emit('error', new Error('again'));
  thread!.emit('exit', 1);
  expect(told).toEqual([
    '10 received, 1 sessions',
    '15 received, 1 sessions',
    'frames of 0',
    '15 received, 0 sessions',
    '0 crashed',
  ]);
  expect(crashes).toMatchObject([{ worker: 0, error: { message: 'out of memory' } }]);
  expect(crashes[0]!.last.counters).toMatchObject({ received: 15, stored: 9 });
  expect(fleet.total('droppedByCrash')).toBe(6);
  expect(fleet.sessions()).toEqual([]);

  time.advance(0);
  threads[1]!.says(report(3, 3));
  expect([fleet.total('received'), fleet.total('stored')]).toEqual([18, 12]);
  expect(inFlight({ ...zeroCounters(), received: 18, stored: 12, droppedByCrash: 6 })).toBe(0);
});

test('a thread hands over all that it has sent before it is dead', async () => {
  // Main threads stall: messages and the error are then there at once.
  const code = `const { parentPort } = require('node:worker_threads');
    for (let at = 0; at < 500; at += 1) parentPort.postMessage({ kind: 'event', event: at });
    throw new Error('of its data');`;
  const happened: unknown[] = [];
  const died = Promise.withResolvers<Error>();
  const host = new WorkerHost(
    { worker: 0 } as WorkerOptions,
    {
      frames: () => {},
      retired: () => {},
      report: () => {},
      happened: (event) => happened.push(event),
      troubled: () => {},
      measured: () => {},
      lost: () => {},
      crashed: (_, error) => died.resolve(error),
    },
    () => new Worker(code, { eval: true }),
  );
  expect((await died.promise).message).toBe('of its data');
  expect(happened).toHaveLength(500);
  await host[Symbol.asyncDispose]();
});
