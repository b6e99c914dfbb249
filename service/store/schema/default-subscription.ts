/** What is collected from every device until somebody says otherwise. */
import type { Uuid } from '../../../core/id.ts';
import type { PathSubscription } from '../../../core/inventory/collection-target.ts';
import type { Subscription } from '../inventory/subscription.ts';

function sampled(path: string, sampleIntervalMs: number): PathSubscription {
  return {
    path,
    mode: 'sample',
    sampleIntervalMs,
    heartbeatIntervalMs: 0,
    suppressRedundant: false,
  };
}

function onChange(path: string): PathSubscription {
  return {
    path,
    mode: 'on-change',
    sampleIntervalMs: 0,
    heartbeatIntervalMs: 0,
    suppressRedundant: false,
  };
}

/** What a component says it is: chassis and operating system become facts of the device. */
const componentFacts = [
  'type',
  'mfg-name',
  'model-name',
  'part-no',
  'serial-no',
  'hardware-version',
  'software-version',
  'description',
];

const bgpNeighbor = '/network-instances/network-instance/protocols/protocol/bgp/neighbors/neighbor';

const mountPoints = sampled('/system/mount-points/mount-point/state', 10_000);
const storage = sampled('/components/component/storage/state/counters', 10_000);
const whatItIs = componentFacts.map((leaf) => onChange(`/components/component/state/${leaf}`));

export const defaultSubscription: Subscription = {
  id: '01980000-0000-7000-8000-000000000001' as Uuid,
  name: 'OpenConfig basics',
  protocol: 'gnmi',
  paths: [
    sampled('/interfaces/interface/state/counters', 5_000),
    onChange('/interfaces/interface/state/admin-status'),
    onChange('/interfaces/interface/state/oper-status'),
    onChange('/interfaces/interface/state/description'),
    onChange('/interfaces/interface/state/last-change'),
    onChange('/interfaces/interface/ethernet/state/port-speed'),
    ...['hostname', 'software-version', 'boot-time'].map((leaf) =>
      onChange(`/system/state/${leaf}`),
    ),
    sampled('/system/cpus/cpu/state/total', 5_000),
    sampled('/system/memory/state', 5_000),
    mountPoints,
    sampled('/components/component/state/temperature', 10_000),
    storage,
    ...whatItIs,
    sampled('/components/component/transceiver/physical-channels/channel/state', 10_000),
    ...['session-state', 'peer-as', 'established-transitions', 'last-established'].map((leaf) =>
      onChange(`${bgpNeighbor}/state/${leaf}`),
    ),
    onChange('/lldp/interfaces/interface/neighbors/neighbor/state'),
  ],
  deviceIds: null,
  tags: null,
  siteId: null,
  enabled: true,
};

const added = new Set([mountPoints, storage, ...whatItIs]);

/** What the default was before; a subscription that is still the same is brought up to date, for nobody chose it. */
export const earlierDefaultPaths: readonly (readonly PathSubscription[])[] = [
  defaultSubscription.paths.filter((path) => !added.has(path)),
];
