import { describe, expect, it } from 'vitest';
import { filterDevices } from '../../../src-renderer/screens/devices/filter-devices.ts';
import {
  deviceTimeMs,
  latestText,
  leavesByPort,
  type Latest,
} from '../../../src-renderer/screens/devices/latest/latest-values.ts';
import { allSeries, inventedDevice, inventedNames } from '../../support/invented-network.ts';

const rows = inventedNames.map((_, index) => {
  const device = inventedDevice(index, 0);
  return { device, session: device.session, endpoints: device.endpoints };
});

describe('the device filter', () => {
  it.each([
    [{ search: '', site: null }, 6],
    [{ search: 'LEAF fra', site: null }, 0],
    [{ search: 'leaf EOS', site: null }, 4],
    [{ search: 'role=spine', site: null }, 2],
    [{ search: '10.0.7.3', site: null }, 1],
    [{ search: 'backing', site: null }, 1],
    [{ search: '', site: 'fra-1' }, 3],
    [{ search: '', site: '' }, 0],
  ])('%j leaves %d', (filter, count) => {
    expect(filterDevices(rows, filter)).toHaveLength(count);
  });
});

describe('newest values', () => {
  const series = allSeries.find(({ metric }) => metric.endsWith('in-errors'))!;
  const latest = (change: Partial<Latest> = {}): Latest => ({
    series,
    timeMs: 1,
    value: 12_345,
    text: null,
    ...change,
  });

  it('go together by port', () => {
    const status = { ...series, metric: '/interfaces/interface/state/oper-status' };
    const speed = { ...series, metric: '/interfaces/interface/ethernet/state/port-speed' };
    const below = {
      ...series,
      metric: '/interfaces/interface/subinterfaces/subinterface/state/index',
    };
    const ports = leavesByPort([
      latest(),
      latest({ series: status, value: null, text: 'UP' }),
      latest({ series: speed, value: null, text: 'SPEED_100GB' }),
      latest({ series: below }),
    ]);
    expect([...ports.keys()]).toEqual(['ethernet-1/1']);
    const leaves = [...ports.get('ethernet-1/1')!.keys()];
    expect(leaves).toEqual(['in-errors', 'oper-status', 'port-speed']);
  });

  it('show counts whole, texts as they are, and what is missing as missing', () => {
    expect(latestText(latest())).toBe('12,345');
    expect(latestText(latest({ value: null, text: 'UP' }))).toBe('UP');
    expect(latestText(latest({ value: null }))).toBe('no value');
  });

  it('know which are times', () => {
    const bootTime = { ...series, kind: 'state' as const, unit: 'ns' as const };
    expect(deviceTimeMs(latest({ series: bootTime, value: 1.7e18 }))).toBe(1.7e12);
    const asText = latest({ series: bootTime, value: null, text: '1700000000000000000' });
    expect(deviceTimeMs(asText)).toBe(1.7e12);
    expect(deviceTimeMs(latest({ series: bootTime, value: null, text: 'never' }))).toBeNull();
    expect(deviceTimeMs(latest())).toBeNull();
  });
});
