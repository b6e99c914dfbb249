/**
 * Metrics that are known by where they stand. Data, in the order in which it is looked through: the first whose tail fits
 * decides. In a tail, `*` is any one element, `**` any number of them, and `{a,b}` one of several; it may begin anywhere in
 * the metric. What else there is goes by the words of its name.
 */
import type { MetricClass } from './metric-class.ts';

export type KnownMetric = readonly [
  tail: string,
  kind: MetricClass['kind'],
  unit: MetricClass['unit'],
];

const stat = '{instant,avg,min,max}';

export const knownMetrics: readonly KnownMetric[] = [
  // Times before counters: `last-clear` stands among them, and its "rate" would mean nothing.
  ['{boot-time,last-change,last-clear,last-established}', 'state', 'ns'],
  ['{last-notification-time,max-time,min-time,active-since}', 'gauge', 'ns'],
  ['storage/state/counters/{life-left,percentage-used}', 'gauge', '%'],
  // What disks move and hold is counted in bytes by everyone; only networks speak of bits.
  [
    'storage/state/counters/{read-octets,write-octets,read-bytes,write-bytes}',
    'counter',
    'By{disk}',
  ],
  // openconfig-bgp
  ['messages/{sent,received}/*', 'counter', '1'],
  // openconfig-system, openconfig-platform
  [`{cpu,cpus}/**/${stat}`, 'gauge', '%'],
  ['up-time', 'gauge', 'ns'],
  [`{utilization,utilisation}/state/${stat}`, 'gauge', '%'],
  [`{utilization,utilisation}/${stat}`, 'gauge', '%'],
  ['{mount-point,mount-points}/**/{size,available,utilized}', 'gauge', 'MBy'],
  ['state/memory/{available,utilized}', 'gauge', 'By'],
  ['memory/state/*', 'gauge', 'By'],
  ['process/state/memory-usage', 'gauge', 'By'],
  ['process/state/{cpu-utilization,memory-utilization}', 'gauge', '%'],
  ['process/state/{cpu-usage-user,cpu-usage-system}', 'gauge', 'ns'],
  ['{storage,disk,disks}/**/{size,used,free,available}', 'gauge', 'By'],
  [`{temperature,laser-temperature}/${stat}`, 'gauge', 'Cel'],
  ['temperature/alarm-threshold', 'gauge', 'Cel'],
  ['fan/state/speed', 'gauge', '{rev}/min'],
  ['state/{allocated-power,used-power}', 'gauge', 'W'],
  // openconfig-platform-transceiver, -terminal-device and optical transport
  [
    `{input-power,output-power,optical-power,input-power-total,output-power-total,target-output-power}/${stat}`,
    'gauge',
    'dB[mW]',
  ],
  [
    `{input-power-c-band,input-power-l-band,output-power-c-band,output-power-l-band}/${stat}`,
    'gauge',
    'dB[mW]',
  ],
  [`{laser-bias-current,tec-current}/${stat}`, 'gauge', 'mA'],
  [`supply-voltage/${stat}`, 'gauge', 'V'],
  [
    `{osnr,esnr,q-value,modulation-error-ratio,actual-gain,actual-gain-tilt,actual-attenuation,polarization-dependent-loss,optical-return-loss}/${stat}`,
    'gauge',
    'dB',
  ],
  [`{carrier-frequency-offset}/${stat}`, 'gauge', 'MHz'],
  [`{host-snr,media-snr}/${stat}`, 'gauge', 'dB'],
  // What is measured in OpenConfig's containers of statistics is a gauge, whatever it is.
  [`*/${stat}`, 'gauge', '1'],
  // Junos, as its native sensors name it
  ['{if_octets,if-octets}', 'counter', 'By'],
  ['{if_pkts,if-pkts,if_uc_pkts,if_mc_pkts,if_bc_pkts}', 'counter', '{packet}'],
  ['{in-queue,out-queue,ingress-queue,egress-queue}/{pkts,packets}', 'counter', '{packet}'],
  ['{in-queue,out-queue,ingress-queue,egress-queue}/bytes', 'counter', 'By'],
  ['{if_1sec_octets,if-1sec-octets}', 'gauge', 'By/s'],
  ['{if_1sec_pkts,if-1sec-pkts}', 'gauge', '{packet}/s'],
  ['{input-bps,output-bps}', 'gauge', 'bit/s'],
  // IOS-XR: in thousands of bits a second, whatever its model says of the unit
  [
    '{input-data-rate,output-data-rate,peak-input-data-rate,peak-output-data-rate}',
    'gauge',
    'kbit/s',
  ],
  ['{input-load,output-load,reliability}', 'gauge', '1'],
  ['output-buffers-swapped-out', 'counter', '1'],
  ['{cache,data-rate,generic-counters}/applique', 'gauge', '1'],
  // Of a machine: processes that run or wait, no part of anything
  [
    '{load,load-average,load-averages,loadavg}/**/{one-minute,five-minutes,fifteen-minutes}',
    'gauge',
    '1',
  ],
  // IOS-XE and IOS-XR: a processor's load over so long
  ['{five-seconds,five-seconds-intr,one-minute,five-minutes}', 'gauge', '%'],
  ['{total-cpu-one-minute,total-cpu-five-minute,total-cpu-fifteen-minute}', 'gauge', '%'],
  ['{process-cpu-one-minute,process-cpu-five-minute,process-cpu-fifteen-minute}', 'gauge', '%'],
  ['per-core-stat/{user,system,nice,idle,irq,sirq,io-wait}', 'gauge', '%'],
  // ietf-interfaces
  ['interface/{speed,statistics/speed}', 'gauge', 'bit/s'],
  // EOS and SNMP
  ['{ifOutQLen}', 'gauge', '{packet}'],
  ['{ifHighSpeed,ifSpeed}', 'gauge', '1'],
];
