import { expect, test } from 'vitest';
import type { SessionStatus } from '../../../../core/contract/device.ts';
import {
  listSessions,
  upsertSessions,
} from '../../../../service/store/operating/telemetry-session.ts';
import { testDatabase } from '../../../support/database.ts';
import { addDeviceRow } from '../../../support/telemetry-rows.ts';

const session: SessionStatus = {
  state: 'streaming',
  sinceMs: 1_000,
  node: 'col-a',
  synced: true,
  lastError: 'cut \0 short \ud800',
  lastErrorAtMs: 900,
  connects: 1,
  updatesTotal: 2,
  updatesPerSecond: 1,
  lastUpdateAtMs: 1_000,
  lagMs: 5,
  target: { gnmiVersion: '0.10\0', encodings: ['JSON_IETF'], models: 3 },
};

test('what a device says of itself may hold what PostgreSQL cannot store', async () => {
  await using db = await testDatabase();
  const deviceId = await addDeviceRow(db.pool, 'leaf-01');
  await upsertSessions(db.pool, [{ deviceId, session }]);
  const { reports } = await listSessions(db.pool, 0);
  expect(reports[0]?.session).toMatchObject({
    lastError: 'cut \u2400 short \ufffd',
    target: { gnmiVersion: '0.10\u2400' },
  });
});
