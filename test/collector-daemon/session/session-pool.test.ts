import { expect, test } from 'vitest';
import { SessionPool } from '../../../collector-daemon/session/session-pool.ts';
import type { EndpointId } from '../../../core/id.ts';
import { collectionTarget, endpoint, leafOneGnmi, onChange } from '../../support/collection.ts';
import { eventually } from '../../support/live-feed.ts';
import { ManualTime } from '../../support/manual-time.ts';
import { ScriptedTarget } from '../../support/scripted-target.ts';

function openPool() {
  const time = new ManualTime();
  const heard: string[] = [];
  const pool = new SessionPool({
    node: 'col-a',
    clock: time,
    timers: time,
    random: () => 0.5,
    openTarget: (target) => (notification) =>
      heard.push(`${target.endpointId === leafOneGnmi ? 'one' : 'other'} ${notification.kind}`),
    changed: () => {},
    pathsInvalid: () => {},
  });
  return { pool, heard };
}

test('a device of two endpoints has two sessions that know nothing of each other', async () => {
  await using first = await ScriptedTarget.start();
  await using second = await ScriptedTarget.start();
  const { pool, heard } = openPool();
  using _pool = pool;
  const one = collectionTarget(endpoint(first.port), [onChange('/a')]);
  const other = {
    ...collectionTarget(endpoint(second.port), [onChange('/b')]),
    endpointId: '0198a000-0000-7000-8000-0000000000e2' as EndpointId,
  };
  pool.assign(one);
  pool.assign(other);
  (await first.stream()).sync();
  (await second.stream()).sync();
  const streaming = () => pool.statuses().filter(({ state }) => state === 'streaming').length;
  await eventually(() => streaming() === 2);
  const deviceIds = pool.statuses().map(({ deviceId }) => deviceId);
  expect(deviceIds).toEqual([one.deviceId, one.deviceId]);
  pool.unassign(one.endpointId);
  expect(pool.statuses()).toMatchObject([{ endpointId: other.endpointId, state: 'streaming' }]);
  expect(heard.toSorted()).toEqual(['one sync', 'other sync']);
});

test('what a session learnt of its target, the next one with it knows', async () => {
  let requests = 0;
  await using target = await ScriptedTarget.start({
    refuse: ({ request }) => {
      requests += 1;
      const prefix = request?.$case === 'subscribe' ? request.value.prefix : undefined;
      return prefix === undefined ? null : { code: 3, details: 'no prefix, please' };
    },
  });
  const { pool } = openPool();
  using _pool = pool;
  const wanted = collectionTarget(endpoint(target.port), [onChange('/a')]);
  for (const [revision, asked] of [
    ['1', 2],
    ['2', 3],
  ] as const) {
    pool.assign({ ...wanted, revision });
    (await target.stream()).sync();
    await eventually(() => pool.statuses()[0]?.state === 'streaming');
    expect(requests).toBe(asked);
  }
  const [held] = pool.statuses();
  expect(held?.detail).toMatchObject({
    asked: 'as PROTO, without a prefix',
    learnt: { way: { prefix: 'left-out' } },
  });
});
