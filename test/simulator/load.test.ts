import { expect, it } from 'vitest';
import { startFlatOutTarget } from '../../simulator/flat-out-target.ts';
import { expectedCounter, LoadModel, roundAt } from '../../simulator/load-model.ts';
import { ManualTimer } from '../../simulator/manual-timer.ts';
import { startTarget } from '../../simulator/target/target.ts';
import { GnmiClient, subscribeList, subscription } from './gnmi-client.ts';
import { leavesOf } from './wire-leaves.ts';

it.each([
  ['past 2^53', 2n ** 53n + 1n, 3n],
  ['over 2^64', 2n ** 64n - 4n, 1n],
])('counts %s exactly, round by round', async (_, start, step) => {
  const load = {
    interfaces: 2,
    countersPerInterface: 2,
    start,
    step,
    intervalMs: 1_000,
    originMs: 0,
  };
  const timer = new ManualTimer(0);
  await using target = await startTarget({ model: new LoadModel(load), timer, port: 0 });
  using client = new GnmiClient(target.port);
  const stream = client.subscribe(subscribeList([subscription('/interfaces')]));
  await stream.untilSync();
  timer.advance(5_000);
  for (let round = 1; round <= 5; round += 1) {
    const notification = await stream.update();
    expect(roundAt(load, Number(notification.timestamp) / 1e6)).toBe(round);
    const expected = [0, 1, 2, 3].map((index) => expectedCounter(load, index, round));
    expect([...leavesOf([notification]).values()]).toEqual(expected);
  }
});

it('streams flat out until all updates are sent, every value exact', async () => {
  const load = {
    interfaces: 100,
    countersPerInterface: 10,
    start: 2n ** 64n - 500n,
    step: 7n,
    intervalMs: 1_000,
    originMs: Date.UTC(2026, 0, 15),
  };
  await using target = await startFlatOutTarget({ load, updates: 50_000 });
  using client = new GnmiClient(target.port);
  const stream = client.subscribe(subscribeList([subscription('/interfaces')]));
  const initial = await stream.untilSync();
  let updates = initial.reduce((sum, { update }) => sum + update.length, 0);
  expect(updates).toBe(1_000);
  let wrong = 0;
  for (let at = 0; updates < 50_000; at += 1) {
    const notification = await stream.update();
    const round = roundAt(load, Number(notification.timestamp / 1_000_000n));
    const firstIndex = (at % 2) * 500;
    for (const [offset, { val }] of notification.update.entries()) {
      const value = val?.value?.$case === 'uintVal' ? val.value.value : null;
      if (value !== expectedCounter(load, firstIndex + offset, round)) wrong += 1;
    }
    updates += notification.update.length;
  }
  expect(wrong).toBe(0);
  expect(await target.finished).toMatchObject({ updates: 50_000, messages: 101 });
});
