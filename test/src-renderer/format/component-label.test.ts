import { expect, it } from 'vitest';
import { readingOf } from '../../../src-renderer/format/component-label.ts';

const channel = '/components/component/transceiver/physical-channels/channel/state';
const optic = { 'channel/index': '0', 'component/name': 'Ethernet1/1-transceiver' };

it.each([
  [`${channel}/output-power/instant`, optic, 'Ethernet1/1-transceiver', 'channel 0 output power'],
  [
    `${channel}/laser-bias-current/instant`,
    optic,
    'Ethernet1/1-transceiver',
    'channel 0 laser bias current',
  ],
  [
    '/components/component/state/temperature/instant',
    { 'component/name': 'ASIC' },
    'ASIC',
    'temperature',
  ],
  [
    '/components/component/storage/state/counters/reads',
    { 'component/name': 'vda' },
    'vda',
    'storage counters reads',
  ],
  ['/system/cpus/cpu/state/total/instant', { 'cpu/index': '3' }, 'CPU 3', 'total'],
  ['/system/cpus/cpu/state/total/instant', { 'cpu/index': 'ALL' }, 'CPU all', 'total'],
  ['/system/memory/state/used', {}, 'Memory', 'used'],
  ['/system/state/boot-time', {}, 'System', 'boot time'],
  ['/system/load/state/one-minute', {}, 'Load', 'one minute'],
  [
    '/system/mount-points/mount-point/state/size',
    { 'mount-point/name': '/var' },
    'mount point /var',
    'size',
  ],
])('%s %j is of %s: %s', (metric, keys, component, reading) => {
  expect(readingOf({ metric, keys })).toEqual({
    component,
    reading,
  });
});
