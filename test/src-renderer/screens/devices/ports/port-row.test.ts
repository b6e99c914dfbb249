import { describe, expect, it } from 'vitest';
import type { PortRates } from '../../../../../src-renderer/live/port-rates.ts';
import type { Latest } from '../../../../../src-renderer/screens/devices/latest/latest-values.ts';
import {
  filterPorts,
  portRows,
  together,
  utilisation,
} from '../../../../../src-renderer/screens/devices/ports/port-row.ts';
import { portSpeed } from '../../../../../src-renderer/screens/devices/ports/port-speed.ts';
import { allSeries } from '../../../../support/invented-network.ts';

const series = allSeries.find(({ metric }) => metric.endsWith('in-octets'))!;
const nowMs = 1_800_000_000_000;

function leaf(tail: string, text: string, change: Partial<Latest> = {}): Latest {
  const metric = `/interfaces/interface/${tail}`;
  const info = { ...series, metric, keys: { 'interface/name': 'Ethernet1/1' } };
  return { series: info, timeMs: nowMs, value: null, text, ...change };
}

const state = [
  leaf('state/oper-status', 'UP'),
  leaf('state/admin-status', 'UP'),
  leaf('state/description', 'spine-01 Ethernet1/3'),
  leaf('ethernet/state/port-speed', 'SPEED_100GB'),
];
const heard = (perSecond: number | null, agoMs = 0, spacingMs = 5_000) => ({
  perSecond,
  heardAtMs: nowMs - agoMs,
  spacingMs,
});

describe('a row of a port', () => {
  it('says its rates in bits, and how full they make it', () => {
    const rates: PortRates = new Map([
      ['Ethernet1/1', { 'in-octets': heard(5e9), 'in-errors': heard(2), 'out-errors': heard(0.5) }],
    ]);
    const [row] = portRows(state, rates, nowMs);
    expect(row).toMatchObject({ inBps: 40e9, outBps: null, speedBps: 100e9, goneSinceMs: null });
    expect(utilisation(row!.inBps, row!.speedBps)).toBe(40);
    expect(together(row!.errors)).toBe(2.5);
    expect(together(row!.discards)).toBeNull();
  });

  it('keeps no rate that three samples did not confirm', () => {
    const at = (agoMs: number, spacingMs: number) => {
      const rates: PortRates = new Map([
        ['Ethernet1/1', { 'in-octets': heard(1, agoMs, spacingMs) }],
      ]);
      return portRows(state, rates, nowMs)[0]!.inBps;
    };
    expect(at(29_000, 5_000)).toBe(8);
    expect(at(31_000, 5_000)).toBeNull();
    expect(at(170_000, 60_000)).toBe(8);
    expect(at(181_000, 60_000)).toBeNull();
  });

  it('shows what the device took away as gone, not as living', () => {
    const ended = (ms: number) => ({ endedAtMs: ms });
    const gone = state.map((latest, at) => ({ ...latest, ...ended(nowMs - at) }));
    const rates: PortRates = new Map([['Ethernet1/1', { 'in-octets': heard(5e9) }]]);
    expect(portRows(gone, rates, nowMs)).toMatchObject([
      { oper: null, description: null, speedBps: null, inBps: null, goneSinceMs: nowMs },
    ]);
    const partly = [{ ...state[0]!, ...ended(nowMs) }, ...state.slice(1)];
    expect(portRows(partly, new Map(), nowMs)).toMatchObject([{ oper: null, goneSinceMs: null }]);
  });

  it('is found by name, description and state', () => {
    const rows = portRows(state, new Map(), nowMs);
    for (const text of ['', 'ethernet', 'SPINE 1/3', 'up']) {
      expect(filterPorts(rows, text)).toHaveLength(1);
    }
    expect(filterPorts(rows, 'down')).toEqual([]);
  });
});

it.each([
  ['SPEED_100GB', 100e9],
  ['openconfig-if-ethernet:SPEED_2500MB', 2.5e9],
  ['SPEED_UNKNOWN', null],
  [null, null],
])('a speed of %s is %s bits per second', (text, bps) => {
  expect(portSpeed(text)).toBe(bps);
});

it('no speed, no share', () => {
  expect(utilisation(1, null)).toBeNull();
  expect(utilisation(1, 0)).toBeNull();
});
