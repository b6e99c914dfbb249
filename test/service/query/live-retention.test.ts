import { expect, test } from 'vitest';
import { defaultRetention } from '../../../core/query/tier.ts';
import { LiveRetention } from '../../../service/query/live-retention.ts';
import { writeRetention } from '../../../service/store/storage/retention-settings.ts';
import { testDatabase } from '../../support/database.ts';

test('the retention is as it is set now', async () => {
  await using db = await testDatabase();
  const retention = new LiveRetention();
  await retention.read(db.pool);
  expect(retention).toEqual(defaultRetention);
  await writeRetention(db.pool, { retention: { rawDays: 3 }, actor: 'noc' });
  await retention.read(db.pool);
  expect(retention).toEqual({ ...defaultRetention, raw: 3 * 86_400_000 });
});
