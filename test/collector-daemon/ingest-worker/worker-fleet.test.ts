import { ticksMs } from '../../../collector-daemon/node-clock.ts';
import { describe, expect, test } from 'vitest';
import { inFlight } from '../../../collector-daemon/ingest-worker/accounting.ts';
import {
  type WorkerCrash,
  WorkerFleet,
} from '../../../collector-daemon/ingest-worker/worker-fleet.ts';
import type { PipelineCounters } from '../../../collector-daemon/ingest-worker/worker-protocol.ts';
import type { EndpointId, NodeName } from '../../../core/id.ts';
import type { CollectionTarget } from '../../../core/inventory/collection-target.ts';
import { startSimulator } from '../../../simulator/simulator-service.ts';
import { collectionTarget, endpoint, leafOne, sampled } from '../../support/collection.ts';
import { testDatabase } from '../../support/database.ts';
import { eventually } from '../../support/live-feed.ts';
import { ManualTime } from '../../support/manual-time.ts';

const octets = '/interfaces/interface[name=Ethernet1/1]/state/counters/in-octets';
/** No ingest thread survives a target without subscriptions: a stand-in for a defect that a device's data brings out. */
const deadlyEndpoint = '0198a000-0000-7000-8000-00000000dead' as EndpointId;
const deadly = {
  endpointId: deadlyEndpoint,
  deviceName: 'deadly',
  revision: '1',
} as CollectionTarget;

/** One ingest worker with a real database and a simulated switch; only the waits before restarts are moved by hand. */
async function oneWorker() {
  const stack = new AsyncDisposableStack();
  const db = stack.use(await testDatabase());
  const simulator = stack.use(await startSimulator({ count: 1, spines: 0 }));
  const time = new ManualTime();
  const crashes: WorkerCrash[] = [];
  const totals: PipelineCounters[] = [];
  const fleet = stack.use(
    new WorkerFleet({
      node: 'col-1' as NodeName,
      incarnation: 1,
      databaseUrl: db.url,
      workers: 1,
      maxQueuedRows: 10_000,
      rawRetentionMs: 86_400_000,
      clock: time,
      anchor: () => ({ timeMs: Date.now(), ticksMs: ticksMs() }),
      timers: time,
      listener: {
        frames: () => {},
        retired: () => {},
        happened: () => {},
        troubled: () => {},
        measured: () => {},
        lost: () => {},
        crashed: (crash) => crashes.push(crash),
        report: (_, { counters }) => totals.push(counters),
      },
    }),
  );
  const [slot] = fleet.slots;
  const streaming = () =>
    eventually(() => fleet.sessions()[0]?.state === 'streaming' && fleet.total('stored') > 0);
  const died = (times: number) => eventually(() => crashes.length === times);
  slot!.assign(collectionTarget(endpoint(simulator.targets[0]!.port), [sampled(octets, 1_000)]));
  await streaming();
  return {
    db,
    fleet,
    slot: slot!,
    time,
    crashes,
    totals,
    streaming,
    died,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

describe('an ingest worker that dies', () => {
  test('is followed by another one, which has its devices and stores on', async () => {
    await using net = await oneWorker();
    net.slot.assign(deadly);
    await net.died(1);
    expect(net.crashes[0]).toMatchObject({
      worker: 0,
      restartInMs: 0,
      last: { sessions: [{ deviceId: leafOne, state: 'streaming' }] },
    });
    expect(net.slot.worker).toBeNull();
    expect(net.fleet.sessions()).toEqual([]);

    net.slot.unassign(deadlyEndpoint);
    net.time.advance(0);
    expect(net.slot.worker).toBe(1);
    await net.streaming();
    const before = net.fleet.total('stored');
    await eventually(() => net.fleet.total('stored') > before);
    const { rows } = await net.db.pool.query<{ worker: number }>(
      'select distinct worker from ingest_batch order by worker',
    );
    expect(rows).toEqual([{ worker: 0 }, { worker: 1 }]);
  });

  test('again and again is started after ever longer waits, until it has lived for a while', async () => {
    await using net = await oneWorker();
    net.slot.assign(deadly);
    for (const [times, restartInMs] of [0, 1_000, 2_000, 4_000].entries()) {
      await net.died(times + 1);
      expect(net.crashes[times]).toMatchObject({ worker: times, restartInMs });
      if (restartInMs > 0) net.time.advance(restartInMs - 1);
      expect(net.slot.worker).toBeNull();
      if (restartInMs === 4_000) net.slot.unassign(deadlyEndpoint);
      net.time.advance(1);
    }
    await net.streaming();
    net.time.advance(60_000);
    net.slot.assign(deadly);
    await net.died(5);
    expect(net.crashes[4]).toMatchObject({ worker: 4, restartInMs: 0 });
  });

  test('is still counted: no total goes back, and what was in flight is counted as lost', async () => {
    await using net = await oneWorker();
    net.slot.assign(deadly);
    await net.died(1);
    const { last } = net.crashes[0]!;
    expect(net.totals.at(-1)).toEqual({
      ...last.counters,
      droppedByCrash: inFlight(last.counters),
    });
    expect(inFlight(net.totals.at(-1)!)).toBe(0);
    net.slot.unassign(deadlyEndpoint);
    net.time.advance(0);
    await net.streaming();
    await eventually(() => net.fleet.total('received') > last.counters.received);
    const received = net.totals.map((counters) => counters.received);
    expect(received).toEqual(received.toSorted((left, right) => left - right));
  });
});
