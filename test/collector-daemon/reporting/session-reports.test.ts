import { expect, test } from 'vitest';
import { SessionReports } from '../../../collector-daemon/reporting/session-reports.ts';
import type { SessionStatus } from '../../../core/contract/device.ts';
import type { DeviceId, EndpointId } from '../../../core/id.ts';
import type { SessionOwner } from '../../../core/inventory/collection-target.ts';

const deviceId = '00000000-0000-7000-8000-000000000001' as DeviceId;
const endpointId = '00000000-0000-7000-8000-0000000000e1' as EndpointId;
const streaming = { deviceId, endpointId, state: 'streaming', sinceMs: 1 } as SessionStatus &
  SessionOwner;

test('what a device says of itself is written when it changes, and now and then', () => {
  const reports = new SessionReports();
  const target = {
    protocol: 'gnmi',
    gnmiVersion: '0.10.0',
    models: 1,
  } as const;
  const detail = { reported: undefined, refusedPaths: [] };
  const take = (models: number) => {
    const session = { ...streaming, target: { ...target, encodings: ['PROTO'], models }, detail };
    const [report] = reports.take([session], [], 9);
    return report?.session.target === null && report.detail === undefined ? 'kept' : 'written';
  };
  expect([take(1), take(1), take(2), take(2)]).toEqual(['written', 'kept', 'written', 'kept']);
  expect(Array.from({ length: 15 }, () => take(2)).filter((told) => told === 'written')).toEqual([
    'written',
  ]);
});
