/** The leaves of one port: openconfig-interfaces, -if-ethernet, -platform-transceiver. */
import type { LeafSet } from './leaf-set.ts';
import { fraction, text, timeticks, truth, uint } from './leaf-value.ts';
import type { SwitchPort } from './switch-port.ts';

const state = { change: 'on-change', integerBits: 32 } as const;

export function addPortLeaves(leaves: LeafSet, port: SwitchPort, now: () => number): void {
  addStateLeaves(leaves, port);
  addCounterLeaves(leaves, port);
  if (port.options.link !== null) addOpticLeaves(leaves, port, now);
}

function addStateLeaves(leaves: LeafSet, port: SwitchPort): void {
  const { name, description, ifindex, speedBps, link } = port.options;
  const base = `/interfaces/interface[name=${name}]`;
  // What is configured is in effect, so both say the same.
  for (const container of ['config', 'state']) {
    leaves.add(`${base}/${container}/name`, () => text(name), state);
    leaves.add(`${base}/${container}/type`, () => text('ethernetCsmacd'), state);
    leaves.add(`${base}/${container}/description`, () => text(description), state);
    leaves.add(`${base}/${container}/mtu`, () => uint(9_216), state);
    leaves.add(`${base}/${container}/enabled`, () => truth(link !== null), state);
  }
  leaves.add(`${base}/state/ifindex`, () => uint(ifindex), state);
  leaves.add(`${base}/state/admin-status`, () => text(link === null ? 'DOWN' : 'UP'), state);
  leaves.add(`${base}/state/oper-status`, () => text(port.up ? 'UP' : 'DOWN'), state);
  leaves.add(`${base}/state/last-change`, () => timeticks(port.lastChangeMs), {
    change: 'on-change',
  });
  const speed = `SPEED_${speedBps / 1e9}GB`;
  leaves.add(`${base}/ethernet/state/port-speed`, () => text(speed), state);
}

function addCounterLeaves(leaves: LeafSet, port: SwitchPort): void {
  const base = `/interfaces/interface[name=${port.options.name}]/state/counters`;
  const counters: Readonly<Record<string, () => bigint>> = {
    'in-octets': () => port.in.octets,
    'out-octets': () => port.out.octets,
    'in-unicast-pkts': () => port.in.unicastPackets,
    'out-unicast-pkts': () => port.out.unicastPackets,
    'in-multicast-pkts': () => port.in.multicastPackets,
    'out-multicast-pkts': () => port.out.multicastPackets,
    'in-errors': () => port.inErrors,
    'out-errors': () => port.outErrors,
    'in-discards': () => port.inDiscards,
    'out-discards': () => port.outDiscards,
    'in-fcs-errors': () => port.inFcsErrors,
    // Tells of a flap that was over before anybody looked.
    'carrier-transitions': () => port.options.link?.transitions ?? 0n,
  };
  for (const [name, read] of Object.entries(counters)) {
    leaves.add(`${base}/${name}`, () => uint(read()));
  }
}

function addOpticLeaves(leaves: LeafSet, port: SwitchPort, now: () => number): void {
  const component = `/components/component[name=${port.options.name}-transceiver]`;
  const channel = `${component}/transceiver/physical-channels/channel[index=0]/state`;
  leaves.add(`${channel}/output-power/instant`, () => fraction(port.outputPowerDbm(now())));
  leaves.add(`${channel}/input-power/instant`, () => fraction(port.inputPowerDbm(now())));
  leaves.add(`${channel}/laser-bias-current/instant`, () => fraction(port.laserBiasMa(now())));
  leaves.add(`${component}/state/temperature/instant`, () => fraction(port.opticCelsius(now())));
}
