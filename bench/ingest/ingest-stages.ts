/**
 * The stages that the ingest bench times, each over a real socket from a target in another process. A stage includes
 * the ones before it, so their differences say what each costs.
 */
import { randomUUID } from 'node:crypto';
import type { DeviceId, NodeName } from '../../core/id.ts';
import type { CollectionTarget } from '../../core/inventory/collection-target.ts';
import { rowCount, type SampleBatch } from '../../core/telemetry/sample.ts';
import { systemClock, systemTimers } from '../../core/time.ts';
import { Encoding } from '../../proto/generated/gnmi/gnmi.ts';
import { gnmiService } from '../../proto/gnmi-service.ts';
import { type BatchResult, writeBatch } from '../../service/store/writing/batch-writer.ts';
import type { DatabasePool } from '../../service/store/connection/pool.ts';
import { NewestValues } from '../../service/store/writing/newest-values.ts';
import { SeriesResolver } from '../../service/store/writing/series-resolver.ts';
import { Pipeline } from '../../collector-daemon/pipeline.ts';
import { openChannel } from '../../collector-daemon/session/gnmi/gnmi-channel.ts';
import { openDriver } from '../../collector-daemon/session/drivers.ts';
import { SessionRunner } from '../../collector-daemon/session/session-runner.ts';
import { NewestOutlet } from '../../collector-daemon/sink/newest-outlet.ts';
import { subscribeRequest } from '../../collector-daemon/session/gnmi/subscribe-request.ts';

export interface StageRun {
  readonly target: CollectionTarget;
  readonly updates: number;
  readonly updatesPerMessage: number;
}

const usual = {
  way: { encoding: Encoding.PROTO, prefix: 'sent', origin: 'written' },
  requestTarget: null,
} as const;

export type Stage = (run: StageRun) => Promise<void>;

/** grpc-js alone: bytes are received and thrown away. The yardstick of the others. */
export function transportStage({ target, updates, updatesPerMessage }: StageRun): Promise<void> {
  const channel = openChannel(target.endpoint);
  const { path, requestSerialize } = gnmiService.subscribe;
  const stream = channel.makeBidiStreamRequest(path, requestSerialize, (bytes: Buffer) => bytes);
  stream.write(subscribeRequest(target.subscriptions, usual));
  let missing = Math.ceil(updates / updatesPerMessage) + 1;
  return new Promise((resolve) => {
    // Closing a stream that still floods is answered by an error event that says so.
    stream.on('error', () => {});
    stream.on('data', () => {
      missing -= 1;
      if (missing > 0) return;
      stream.cancel();
      channel.close();
      resolve();
    });
  });
}

/** A whole session: messages decoded into notifications, states kept, nothing done with them. */
export function decodeStage({ target, updates }: StageRun): Promise<void> {
  return new Promise((resolve) => {
    let missing = updates;
    const times = { clock: systemClock, timers: systemTimers };
    const session = new SessionRunner({
      ...times,
      random: Math.random,
      target,
      driver: openDriver(target, times),
      listener: {
        notified: (notification) => {
          if (notification.kind !== 'update') return;
          missing -= notification.updates.length;
          if (missing <= 0) finish();
        },
        changed: () => {},
        pathsRefused: () => {},
      },
    });
    const finish = () => {
      session[Symbol.dispose]();
      resolve();
    };
    session.start();
  });
}

/** Session, normaliser, batcher, split by feed topic; batches are counted and thrown away. */
export const batchStage: Stage = (run) =>
  pipelineStage(run, (batch) =>
    Promise.resolve({
      outcome: 'stored',
      rows: rowCount(batch),
      quarantined: 0,
      newSeries: 0,
      fenced: 0,
    }),
  );

/** Everything, into the database: ledger, series, COPY, newest values, one transaction a batch. */
export function storeStage(pool: DatabasePool): Stage {
  return async (run) => {
    const resolver = new SeriesResolver();
    const newest = new NewestValues();
    const outlet = new NewestOutlet(systemClock, () => newest.flush(pool));
    await pipelineStage(run, async (batch) => {
      const client = await pool.connect();
      try {
        const result = await writeBatch(client, batch, resolver, { newest });
        await outlet.run();
        return result;
      } finally {
        client.release();
      }
    });
    await newest.flush(pool);
  };
}

async function pipelineStage(
  { target, updates }: StageRun,
  write: (batch: SampleBatch) => Promise<BatchResult>,
): Promise<void> {
  const done = Promise.withResolvers<void>();
  let missing = updates;
  const pipeline: Pipeline = new Pipeline({
    node: 'bench' as NodeName,
    incarnation: Date.now(),
    worker: 0,
    clock: systemClock,
    timers: systemTimers,
    random: Math.random,
    maxQueuedRows: 1_000_000,
    rawRetentionMs: 30 * 86_400_000,
    write: async (batch) => {
      const result = await write(batch);
      missing -= rowCount(batch);
      if (missing <= 0) done.resolve();
      return result;
    },
    lives: () => Promise.resolve([]),
    learn: () => {},
    forget: () => {},
    retire: () => {},
    publish: () => {},
    happened: ({ severity, detail }) => {
      if (severity === 'error') done.reject(new Error(detail));
    },
    lost: () => {},
    sessionChanged: () => {},
  });
  // A device of its own a run, so that every run begins with unknown series.
  pipeline.sessions.assign({ ...target, deviceId: randomUUID() as string as DeviceId });
  await done.promise;
  await pipeline.drain(AbortSignal.timeout(10_000));
}
