import { expect, test } from 'vitest';
import { SessionReports } from '../../../collector-daemon/jobs/session-reports.ts';
import type { SessionStatus } from '../../../core/contract/device.ts';
import type { DeviceId } from '../../../core/id.ts';

const deviceId = '00000000-0000-7000-8000-000000000001' as DeviceId;
const streaming = { deviceId, state: 'streaming', sinceMs: 1 } as SessionStatus & {
  deviceId: DeviceId;
};

test('a removed device that its worker still names is written once, as stopped', () => {
  const reports = new SessionReports();
  expect(reports.take([streaming], [deviceId], 9)).toMatchObject([
    { deviceId, session: { state: 'stopped', sinceMs: 9 } },
  ]);
});
