import { describe, expect, test } from 'vitest';
import { classifyMetric } from '../../../core/telemetry/metric-catalog.ts';
import type { LeafValue } from '../../../core/telemetry/value.ts';

const uint: LeafValue = { kind: 'uint', value: 1n };
const counters = '/interfaces/interface/state/counters';
const channel = '/components/component/transceiver/physical-channels/channel/state';
const neighbor = '/network-instances/network-instance/protocols/protocol/bgp/neighbors/neighbor';

describe('OpenConfig numbers', () => {
  test.each([
    [`${counters}/in-octets`, 'counter', 'By'],
    [`${counters}/out-octets`, 'counter', 'By'],
    ['/qos/interfaces/interface/output/queues/queue/state/transmit-octets', 'counter', 'By'],
    [`${counters}/in-unicast-pkts`, 'counter', '{packet}'],
    [`${counters}/out-broadcast-pkts`, 'counter', '{packet}'],
    ['/qos/interfaces/interface/output/queues/queue/state/dropped-pkts', 'counter', '{packet}'],
    [`${counters}/in-errors`, 'counter', '{error}'],
    [`${counters}/in-fcs-errors`, 'counter', '{error}'],
    [`${counters}/out-discards`, 'counter', '{error}'],
    [`${counters}/carrier-transitions`, 'counter', '1'],
    [`${neighbor}/state/established-transitions`, 'counter', '1'],
    [`${neighbor}/state/messages/received/UPDATE`, 'counter', '1'],
    ['/system/cpus/cpu/state/total/instant', 'gauge', '%'],
    ['/components/component/cpu/utilization/state/avg', 'gauge', '%'],
    ['/system/memory/state/used', 'gauge', 'By'],
    ['/components/component/state/memory/utilized', 'gauge', 'By'],
    ['/system/mount-points/mount-point/state/utilized', 'gauge', 'MBy'],
    ['/components/component/storage/state/counters/read-octets', 'counter', 'By{disk}'],
    ['/components/component/storage/state/counters/reallocated-sectors', 'counter', '1'],
    ['/components/component/storage/state/counters/life-left', 'gauge', '%'],
    ['/system/state/up-time', 'gauge', 'ns'],
    ['/components/component/state/temperature/instant', 'gauge', 'Cel'],
    [`${channel}/input-power/instant`, 'gauge', 'dB[mW]'],
    [`${channel}/output-power/avg`, 'gauge', 'dB[mW]'],
    [`${channel}/laser-bias-current/instant`, 'gauge', 'mA'],
    ['/components/component/transceiver/state/supply-voltage/instant', 'gauge', 'V'],
    ['/interfaces/interface/state/mtu', 'gauge', '1'],
    ['/interfaces/interface/state/ifindex', 'gauge', '1'],
    ['/interfaces/interface/state/last-change', 'state', 'ns'],
    ['/system/state/boot-time', 'state', 'ns'],
    [`${neighbor}/state/last-established`, 'state', 'ns'],
    [`${counters}/last-clear`, 'state', 'ns'],
  ])('%s is a %s in %s', (metric, kind, unit) => {
    expect(classifyMetric(metric, uint)).toEqual({ kind, unit });
  });

  test('an unknown number is a unit-less gauge, never a counter', () => {
    expect(classifyMetric('/vendor/whatever/counted', uint)).toEqual({ kind: 'gauge', unit: '1' });
  });
});

describe('what is no number', () => {
  test.each<LeafValue>([
    { kind: 'text', value: 'UP' },
    { kind: 'bool', value: true },
    { kind: 'bytes', value: Uint8Array.of(1) },
    { kind: 'list', items: [uint] },
  ])('a $kind is a state, even under a counter’s name', (value) => {
    expect(classifyMetric(`${counters}/in-octets`, value)).toEqual({ kind: 'state', unit: '1' });
  });
});
