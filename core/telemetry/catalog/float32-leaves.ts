/**
 * Leaves of OpenConfig's type `ieeefloat32` (openconfig-types): a number in four bytes, the most significant first; base64
 * in JSON_IETF (RFC 7951 §6.6). Nothing on the wire tells them from other bytes. Data; tails as in `known-metrics.ts`.
 */
import type { Unit } from '../unit.ts';

export type Float32Leaf = readonly [tail: string, unit: Unit, module: string];

export const float32Leaves: readonly Float32Leaf[] = [
  ['power-supply/state/{input-current,output-current}', 'A', 'openconfig-platform-psu'],
  ['power-supply/state/{input-voltage,output-voltage}', 'V', 'openconfig-platform-psu'],
  ['power-supply/state/{output-power,capacity}', 'W', 'openconfig-platform-psu'],
  ['interfaces/interface/state/{in-rate,out-rate}', 'bit/s', 'openconfig-ate-intf'],
  ['flow/state/{in-rate,out-rate}', 'bit/s', 'openconfig-ate-flow'],
  ['flow/state/{in-frame-rate,out-frame-rate}', '{packet}/s', 'openconfig-ate-flow'],
  ['flow/state/loss-pct', '%', 'openconfig-ate-flow'],
  ['{ingress-tracking,egress-tracking}/state/{in-rate,out-rate}', 'bit/s', 'openconfig-ate-flow'],
  [
    '{ingress-tracking,egress-tracking}/state/{in-frame-rate,out-frame-rate}',
    '{packet}/s',
    'openconfig-ate-flow',
  ],
  ['{ingress-tracking,egress-tracking}/state/loss-pct', '%', 'openconfig-ate-flow'],
  ['sender-tspec/{rate,peak-data-rate}', 'By/s', 'openconfig-mpls-rsvp'],
  ['sender-tspec/size', 'By', 'openconfig-mpls-rsvp'],
  [
    'sub-tlv/state/{maximum-bandwidth,maximum-reservable-bandwidth}',
    'By/s',
    'openconfig-ospfv2-lsdb',
  ],
  ['unreserved-bandwidth/state/unreserved-bandwidth', 'By/s', 'openconfig-ospfv2-lsdb'],
  [
    'subtlv/{max-link-bandwidth,max-reservable-link-bandwidth,residual-bandwidth}/state/bandwidth',
    'By/s',
    'openconfig-isis-lsp',
  ],
  [
    'subtlv/{available-bandwidth,utilized-bandwidth,unreserved-bandwidth/setup-priority}/state/bandwidth',
    'By/s',
    'openconfig-isis-lsp',
  ],
  ['constraints/constraint/state/bandwidth', 'By/s', 'openconfig-isis-lsp'],
];
