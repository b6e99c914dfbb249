import { expect, test } from 'vitest';
import type { LiveFrame } from '../../core/contract/query.ts';
import { testDatabase } from '../support/database.ts';
import { addDeviceRow, addSeries } from '../support/telemetry-rows.ts';
import { openWindow, testDesktop } from './desktop.ts';
import { repeatingFeed } from './repeating-feed.ts';

const path = '/system/cpus/cpu[index=0]/state/total/instant';
const gauge = { kind: 'gauge', unit: '%' } as const;

test('a collector’s samples reach every window as they arrive', async () => {
  await using db = await testDatabase();
  const deviceId = await addDeviceRow(db.pool, 'leaf-01');
  const id = await addSeries(db.pool, deviceId, path, gauge);
  await using _feed = await repeatingFeed(db.pool, { deviceId, path, value: 42.5, ...gauge });
  await using desktop = await testDesktop({ databaseUrl: db.url });
  using left = openWindow(desktop);
  using right = openWindow(desktop);
  const query = { selectors: [{ path: '/system/cpus' }], function: 'value' as const };
  for (const { client } of [left, right]) {
    const frames = await client.query.live(query);
    expect((await frames.next()).value).toMatchObject({
      kind: 'series',
      series: [{ id, device: 'leaf-01', path }],
    });
    const points = (await frames.next()).value as Extract<LiveFrame, { kind: 'points' }>;
    // Typed arrays would arrive as objects with keys "0", "1" …
    const columns = [points.series, points.timesMs, points.values];
    expect(columns.map(Array.isArray)).toEqual([true, true, true]);
    expect(new Set(points.values)).toEqual(new Set([42.5]));
    await frames.return?.();
  }
  await expect(left.client.system.status()).resolves.toMatchObject({ feeds: { expected: 1 } });
});
