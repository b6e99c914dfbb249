import { expect, test } from 'vitest';
import type { WorkerHost } from '../../../collector-daemon/ingest-worker/worker-host.ts';
import type { WorkerSession } from '../../../collector-daemon/ingest-worker/worker-protocol.ts';
import { WorkerSlot } from '../../../collector-daemon/ingest-worker/worker-slot.ts';
import type { CollectionTarget } from '../../../core/inventory/collection-target.ts';
import { collectionTarget, endpoint, sampled } from '../../support/collection.ts';
import { ManualTime } from '../../support/manual-time.ts';

test('the thread after a dead one knows what was learnt of its targets', () => {
  const time = new ManualTime();
  const given: CollectionTarget[] = [];
  const deaths: ((error: Error) => void)[] = [];
  const slot = new WorkerSlot({
    start: (crashed) => {
      deaths.push(crashed);
      return {
        number: deaths.length,
        assign: (one: CollectionTarget) => given.push(one),
      } as unknown as WorkerHost;
    },
    clock: time,
    timers: time,
    died: () => {},
  });
  const target = collectionTarget(endpoint(1), [sampled('/a')]);
  slot.assign(target);
  const learnt = { keepaliveMs: 330_000 };
  const session = { endpointId: target.endpointId, detail: { learnt } } as unknown as WorkerSession;
  slot.remember([session, { ...session, detail: undefined }]);
  deaths[0]!(new Error('died'));
  time.advance(0);
  expect(given).toEqual([target, { ...target, learnt }]);
});
