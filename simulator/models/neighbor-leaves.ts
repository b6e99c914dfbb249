/** What a port learns from the device at the other end: openconfig-lldp and openconfig-bgp. */
import { hashText, unitAt } from '../random.ts';
import type { LeafSet } from './leaf-set.ts';
import { text, timeticks, uint } from './leaf-value.ts';
import type { Link } from './link.ts';
import type { PortPeer, SwitchPort } from './switch-port.ts';

const state = { change: 'on-change', integerBits: 32 } as const;

/** The neighbour is there while the link is up and gone when it is down. */
export function refreshLldp(leaves: LeafSet, port: SwitchPort): void {
  const { name, peer } = port.options;
  if (peer === null) return;
  const neighbor = `/lldp/interfaces/interface[name=${name}]/neighbors/neighbor[id=1]`;
  if (!port.up) {
    leaves.remove(neighbor);
    return;
  }
  leaves.add(`${neighbor}/state/system-name`, () => text(peer.device), state);
  leaves.add(`${neighbor}/state/port-id`, () => text(peer.port), state);
  leaves.add(`${neighbor}/state/chassis-id`, () => text(peer.chassisId), state);
}

export interface BgpSession {
  readonly peer: PortPeer;
  readonly link: Link;
  readonly localAs: number;
  readonly bootedAtMs: number;
}

export function addBgpLeaves(leaves: LeafSet, session: BgpSession, now: () => number): void {
  const { peer, link } = session;
  const protocol =
    '/network-instances/network-instance[name=default]/protocols/protocol[identifier=BGP][name=BGP]';
  const base = `${protocol}/bgp/neighbors/neighbor[neighbor-address=${peer.address}]/state`;
  leaves.add(`${base}/neighbor-address`, () => text(peer.address), state);
  leaves.add(`${base}/peer-as`, () => uint(peer.asNumber), state);
  leaves.add(`${base}/local-as`, () => uint(session.localAs), state);
  leaves.add(`${base}/session-state`, () => text(link.bgpState(now())), state);
  leaves.add(`${base}/established-transitions`, () => uint(link.establishedTransitions(now())), {
    change: 'on-change',
  });
  leaves.add(`${base}/last-established`, () => timeticks(link.establishedAtMs(now()) ?? 0), {
    change: 'on-change',
  });
  leaves.add(`${base}/messages/sent/UPDATE`, () => uint(updates(session, 'sent', now())));
  leaves.add(`${base}/messages/received/UPDATE`, () => uint(updates(session, 'received', now())));
}

/** Both ends count alike: what one has sent the other has received. About one UPDATE in ten seconds, more per session. */
function updates(session: BgpSession, side: 'sent' | 'received', nowMs: number): bigint {
  const { peer, link, bootedAtMs } = session;
  const sender = side === 'sent' ? peer.localAddress : peer.address;
  const untilMs = link.bgpState(nowMs) === 'ESTABLISHED' ? nowMs : link.changedAtMs;
  const perSession = 40 + Math.floor(20 * unitAt(hashText(sender), 1));
  const steady = Math.floor(Math.max(0, untilMs - bootedAtMs) / 10_000);
  return BigInt(steady) + link.establishedTransitions(nowMs) * BigInt(perSession);
}
