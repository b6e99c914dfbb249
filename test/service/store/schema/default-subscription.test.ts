import { expect, test } from 'vitest';
import { listSubscriptions } from '../../../../service/store/inventory/subscription.ts';
import {
  defaultSubscription,
  earlierDefaultPaths,
} from '../../../../service/store/schema/default-subscription.ts';
import { ensureDefaults } from '../../../../service/store/schema/defaults.ts';
import { testDatabase } from '../../../support/database.ts';

const [earlier] = earlierDefaultPaths;

test.each([
  ['as it was is brought up to date', earlier!, defaultSubscription.paths],
  ['that somebody changed is left alone', earlier!.slice(1), earlier!.slice(1)],
])('a default subscription %s', async (_, stored, expected) => {
  await using db = await testDatabase();
  await ensureDefaults(db.pool);
  expect(await listSubscriptions(db.pool)).toMatchObject([{ paths: defaultSubscription.paths }]);
  await db.pool.query('update subscription set paths = $1', [JSON.stringify(stored)]);
  await ensureDefaults(db.pool);
  expect(await listSubscriptions(db.pool)).toMatchObject([{ paths: expected }]);
});

test('one that somebody removed stays removed', async () => {
  await using db = await testDatabase();
  await ensureDefaults(db.pool);
  await db.pool.query('update subscription set paths = $1, retired_at = now()', [
    JSON.stringify(earlier),
  ]);
  await ensureDefaults(db.pool);
  expect(await listSubscriptions(db.pool)).toEqual([]);
});
