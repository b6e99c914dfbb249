/** A pipeline into a database, for tests; its waits are moved by hand. */
import { Pipeline, type PipelineOptions } from '../../collector-daemon/pipeline.ts';
import type { NodeName } from '../../core/id.ts';
import type { PathSubscription } from '../../core/inventory/collection-target.ts';
import { listSeriesLives } from '../../service/store/reading/series-life.ts';
import { writeBatch } from '../../service/store/writing/batch-writer.ts';
import { SeriesResolver } from '../../service/store/writing/series-resolver.ts';
import { collectionTarget, endpoint } from './collection.ts';
import type { TestDatabase } from './database.ts';
import { ManualTime } from './manual-time.ts';

export const startMs = Date.UTC(2026, 10, 21, 12);
export const dayMs = 86_400_000;

export function pipelineInto(db: TestDatabase, rest: Partial<PipelineOptions> = {}) {
  const time = new ManualTime(startMs);
  const resolver = new SeriesResolver();
  const happened: string[] = [];
  const pipeline = new Pipeline({
    node: 'col-1' as NodeName,
    incarnation: 1,
    worker: 0,
    clock: time,
    timers: time,
    random: () => 0.5,
    maxQueuedRows: 100_000,
    rawRetentionMs: 30 * dayMs,
    write: async (batch) => {
      using client = await db.connect();
      return await writeBatch(client, batch, resolver);
    },
    lives: (deviceId) => listSeriesLives(db.pool, deviceId),
    learn: (introduced) => resolver.learn(introduced),
    forget: (refs) => resolver.forget(refs),
    retire: () => {},
    publish: () => {},
    happened: ({ event, detail }) => happened.push(`${event}: ${detail}`),
    lost: () => {},
    sessionChanged: () => {},
    ...rest,
  });
  const collect = (port: number, subscriptions: readonly PathSubscription[]) =>
    pipeline.sessions.assign(collectionTarget(endpoint(port), subscriptions));
  const state = () => pipeline.sessions.statuses()[0]!.state;
  return {
    pipeline,
    time,
    happened,
    collect,
    state,
    drain: () => pipeline.drain(AbortSignal.timeout(20_000)),
  };
}
