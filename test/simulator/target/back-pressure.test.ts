import { expect, it } from 'vitest';
import { LoadModel } from '../../../simulator/load-model.ts';
import { ManualTimer } from '../../../simulator/manual-timer.ts';
import { startTarget } from '../../../simulator/target/target.ts';
import { GnmiClient, subscribeList, subscription } from '../gnmi-client.ts';

it('sends one newest value for all that a slow client missed, and counts the rest', async () => {
  const timer = new ManualTimer(0);
  const load = { interfaces: 1_000, countersPerInterface: 10, intervalMs: 1_000, originMs: 0 };
  await using target = await startTarget({ model: new LoadModel(load), timer, port: 0 });
  using client = new GnmiClient(target.port);
  const stream = client.subscribe(subscribeList([subscription('/interfaces')]));
  await stream.untilSync();
  // All five beats come before the socket can drain once, so most of them find the call unwilling.
  timer.advance(5_000);
  let updates = 0;
  let values = 0;
  let newest = 0n;
  while (values < 5 * 10_000) {
    const notification = await stream.update();
    updates += notification.update.length;
    newest = notification.timestamp;
    for (const { duplicates } of notification.update) values += 1 + duplicates;
  }
  expect(values).toBe(5 * 10_000);
  expect(updates).toBeLessThan(3 * 10_000);
  expect(newest).toBe(5_000_000_000n);
});
