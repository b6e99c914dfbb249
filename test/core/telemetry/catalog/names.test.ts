/** What leaves of many systems are, by their names: each line is a metric and what it must be. */
import { describe, expect, test } from 'vitest';
import { classifyMetric } from '../../../../core/telemetry/metric-catalog.ts';
import type { LeafValue } from '../../../../core/telemetry/value.ts';

const uint: LeafValue = { kind: 'uint', value: 1n };

/** By the system that names them so. */
const counters = {
  openconfig: `
    /interfaces/interface/state/counters/in-octets                      By
    /interfaces/interface/state/counters/out-unicast-pkts               {packet}
    /interfaces/interface/state/counters/in-fcs-errors                  {error}
    /interfaces/interface/state/counters/carrier-transitions            1
    /interfaces/interface/ethernet/state/counters/in-crc-errors         {error}
    /interfaces/interface/ethernet/state/counters/in-distribution/in-frames-64-octets       {packet}
    /interfaces/interface/ethernet/state/counters/in-distribution/in-frames-1519-2047-octets {packet}
    /interfaces/interface/ethernet/state/counters/in-mac-pause-frames   {packet}
    /qos/interfaces/interface/output/queues/queue/state/transmit-octets By
    /qos/interfaces/interface/output/queues/queue/state/dropped-pkts    {packet}
    /qos/interfaces/interface/input/queues/queue/state/ecn-marked-octets By
    /acl/acl-sets/acl-set/acl-entries/acl-entry/state/matched-packets   {packet}
    /acl/acl-sets/acl-set/acl-entries/acl-entry/state/matched-octets    By
    /bgp/neighbors/neighbor/state/messages/sent/UPDATE                  1
    /bgp/neighbors/neighbor/state/established-transitions               1
    /lldp/interfaces/interface/state/counters/frame-discard             1
    /lacp/interfaces/interface/members/member/state/counters/lacp-rx-errors {error}
    /network-instances/network-instance/afts/ipv4-unicast/ipv4-entry/state/counters/octets-forwarded By
    /network-instances/network-instance/afts/ipv4-unicast/ipv4-entry/state/counters/packets-forwarded-backup {packet}
    /components/component/storage/state/counters/read-octets            By{disk}
    /components/component/memory/state/counters/correctable-ecc-errors  {error}
    /components/component/integrated-circuit/pipeline-counters/packet/interface-block/state/in-packets {packet}`,
  'ietf and the SNMP tables': `
    /interfaces-state/interface/statistics/in-octets          By
    /interfaces/interface/statistics/out-discards             {error}
    /interfaces/interface/statistics/in-unknown-protos-pkts   {packet}
    /ifXTable/ifXEntry/ifHCInOctets                           By
    /ifXTable/ifXEntry/ifHCOutUcastPkts                       {packet}
    /ifTable/ifEntry/ifInErrors                               {error}
    /ifTable/ifEntry/ifOutDiscards                            {error}`,
  'IOS-XR': `
    /infra-statistics/interfaces/interface/latest/generic-counters/bytes-received      By
    /infra-statistics/interfaces/interface/latest/generic-counters/packets-sent        {packet}
    /infra-statistics/interfaces/interface/latest/generic-counters/input-drops         {error}
    /infra-statistics/interfaces/interface/latest/generic-counters/output-queue-drops  {error}
    /infra-statistics/interfaces/interface/latest/generic-counters/multicast-packets-received {packet}
    /infra-statistics/interfaces/interface/latest/generic-counters/runt-packets-received {packet}
    /infra-statistics/interfaces/interface/latest/generic-counters/crc-errors          {error}
    /infra-statistics/interfaces/interface/latest/generic-counters/output-underruns    {error}
    /infra-statistics/interfaces/interface/latest/generic-counters/output-buffer-failures {error}
    /infra-statistics/interfaces/interface/latest/generic-counters/output-buffers-swapped-out 1
    /infra-statistics/interfaces/interface/latest/generic-counters/carrier-transitions 1
    /infra-statistics/interfaces/interface/latest/generic-counters/resets              1
    /infra-statistics/interfaces/interface/latest/generic-counters/framing-errors-received {error}
    /infra-statistics/interfaces/interface/latest/generic-counters/input-ignored-packets {packet}
    /ethernet-interface/statistics/statistic/total-bytes-transmitted                   By
    /ethernet-interface/statistics/statistic/total-good-bytes-received                 By
    /ethernet-interface/statistics/statistic/received-total64-octet-frames             {packet}
    /qos/nodes/node/policy-map/interface-table/interface/input/class-stats/general-stats/transmit-bytes By
    /qos/nodes/node/policy-map/interface-table/interface/input/class-stats/general-stats/total-drop-packets {packet}
    /bgp/instances/instance/neighbors/neighbor/messages-received                       1
    /controllers/fabric/single-bit-error-correction-code-error-count                   {error}`,
  'IOS-XE': `
    /interfaces/interface/statistics/in-broadcast-pkts            {packet}
    /interfaces/interface/statistics/num-flaps                    1
    /interfaces/interface/v4-protocol-stats/out-forwarded-octets  By
    /interfaces/interface/diffserv-info/queuing-stats/wred-stats/tail-drop-bytes By
    /interfaces/interface/ether-stats/in-jumbo-frames             {packet}
    /aaa-data/aaa-tacacs-stats/messages-sent                      1
    /app-hosting-oper-data/app/network-utils/network-util/rx-bytes By
    /app-hosting-oper-data/app/network-utils/network-util/tx-errors {error}
    /ntp/associations/association/ntp-statistics/packet-received  {packet}
    /cef/statistics/fragmented-pkts                               {packet}`,
  'NX-OS': `
    /System/intf-items/phys-items/PhysIf-list/dbgIfIn-items/octets      By
    /System/intf-items/phys-items/PhysIf-list/dbgIfIn-items/inOctets    By
    /System/intf-items/phys-items/PhysIf-list/dbgIfIn-items/ucastPkts   {packet}
    /System/intf-items/phys-items/PhysIf-list/dbgIfOut-items/outDiscards {error}
    /System/intf-items/phys-items/PhysIf-list/dbgEtherStats-items/cRCAlignErrors {error}
    /System/intf-items/phys-items/PhysIf-list/dbgEtherStats-items/rxOversizePkts {packet}`,
  Junos: `
    /junos/system/linecard/interface/if_octets                          By
    /junos/system/linecard/interface/if_pkts                            {packet}
    /junos/system/linecard/interface/in-queue/pkts                      {packet}
    /junos/system/linecard/cos/interface/interface-set/output/queue/red-drop-octets By
    /junos/system/linecard/qmon-sw/ingress/tail-drop-packets            {packet}
    /junos/firewall/state/policer/offered-bytes                         By
    /junos/firewall/state/policer/out-of-spec-packets                   {packet}
    /junos/security/spu/flow/statistics/packet/pkt-dropped              {packet}
    /junos/rsvp-interface-information/rsvp-interface/message-statistics/messages-sent 1
    /state/interfaces/interface/traffic-statistics/input-bytes          By
    /state/interfaces/interface/traffic-statistics/output-packets       {packet}
    /state/interfaces/interface/input-error-list/input-drops            {error}
    /genstate/lldp-statistics/lldp-interface-statistics/lldp-receive-packet-count {packet}`,
  EOS: `
    /Sysdb/interface/counter/eth/slice/phy/1/intfCounterDir/Ethernet1/intfCounter/current/statistics/inOctets By
    /Sysdb/interface/counter/eth/slice/phy/1/intfCounterDir/Ethernet1/intfCounter/current/statistics/outUcastPkts {packet}
    /Smash/counters/ethIntf/FocalPointV2/current/counter/Ethernet1/ethStatistics/rxFcsErrors {error}
    /Sysdb/interface/status/intf/linkFlaps                              1
    /eos_native/acl/matchedPackets                                      {packet}`,
  'SR OS': `
    /state/port/statistics/in-octets                                    By
    /state/port/statistics/out-packets                                  {packet}
    /state/port/ethernet/statistics/ethernet-like-medium/collisions     {error}
    /state/service/vpls/sap/ingress/qos/queue/statistics/in-profile-forwarded-octets By
    /state/service/vpls/sap/ingress/qos/queue/statistics/high-priority-offered-packets {packet}
    /state/qos/discard-pool-high-slope-octets                           By
    /state/isa/nat-group/mda/statistics/ip-forwarding/out-of-memory-drops {error}
    /state/filter/ip-filter/entry/statistics/ingress-rate-limiter/dropped-byte By
    /state/system/statistics/rate-limit-drops                           {error}
    /state/router/bgp/statistics/sent/octets                            By`,
  'SR Linux': `
    /interface/statistics/in-octets                                     By
    /interface/statistics/in-error-packets                              {packet}
    /interface/statistics/in-discarded-packets                          {packet}
    /interface/statistics/carrier-transitions                           1
    /interface/qos/output/queue/queue-statistics/dropped-octets         By
    /acl/ipv4-filter/entry/statistics/matched-packets                   {packet}`,
  SONiC: `
    /COUNTERS_DB/COUNTERS/Ethernet0/SAI_PORT_STAT_IF_IN_OCTETS               By
    /COUNTERS_DB/COUNTERS/Ethernet0/SAI_PORT_STAT_IF_OUT_UCAST_PKTS          {packet}
    /COUNTERS_DB/COUNTERS/Ethernet0/SAI_PORT_STAT_IF_IN_ERRORS               {error}
    /COUNTERS_DB/COUNTERS/Ethernet0/SAI_PORT_STAT_ETHER_IN_PKTS_64_OCTETS    {packet}
    /COUNTERS_DB/COUNTERS/Ethernet0/SAI_PORT_STAT_ETHER_IN_PKTS_1519_TO_2047_OCTETS {packet}
    /COUNTERS_DB/COUNTERS/Ethernet0/SAI_PORT_STAT_PFC_3_RX_PKTS              {packet}
    /COUNTERS_DB/COUNTERS/queue/SAI_QUEUE_STAT_DROPPED_BYTES                 By
    /COUNTERS_DB/RATES/Ethernet0/rx_bytes                                    By
    /COUNTERS_DB/RATES/Ethernet0/tx_packets                                  {packet}`,
};

/** What may fall, whatever it counts; and what is no count at all. */
const gauges = {
  'bytes and octets': `
    /x/state/free-bytes                     By
    /x/state/used-bytes                     By
    /x/state/total-bytes                    By
    /x/state/max-bytes                      By
    /x/state/min-bytes                      By
    /x/state/limit-bytes                    By
    /x/state/available-bytes                By
    /x/state/size-bytes                     By
    /x/state/capacity-bytes                 By
    /x/state/threshold-bytes                By
    /x/state/mtu-bytes                      By
    /x/state/memory-bytes                   By
    /x/state/buffer-bytes                   By
    /x/state/input-buffer-bytes             By
    /x/state/queue-depth-bytes              By
    /x/state/queue-occupancy-octets         By
    /x/state/queued-bytes                   By
    /x/state/out-queue-size-bytes           By
    /x/state/peak-octets                    By
    /x/state/watermark-bytes                By
    /x/state/high-water-mark-bytes          By
    /x/state/avg-bytes                      By
    /x/state/reserved-bytes                 By
    /x/state/allocated-bytes                By
    /x/state/cached-bytes                   By
    /x/state/rss-bytes                      By
    /x/state/payload-bytes                  By
    /x/state/burst-bytes                    By
    /x/state/last-minute-bytes-sent         By
    /x/state/outstanding-octets             By
    /x/state/current-octets                 By
    /x/state/delta-bytes                    By
    /x/memory/state/bytes                   By
    /x/state/bytes-remaining                By
    /x/state/bytesFree                      By
    /x/state/freeBytes                      By
    /x/state/free_bytes                     By
    /x/SAI_BUFFER_POOL_STAT_CURR_OCCUPANCY_BYTES By
    /x/SAI_QUEUE_STAT_SHARED_WATERMARK_BYTES     By`,
  'packets, frames and cells': `
    /x/state/queued-packets                 {packet}
    /x/state/queue-depth-packets            {packet}
    /x/state/queue-size-packets             {packet}
    /x/state/max-packets                    {packet}
    /x/state/min-pkts                       {packet}
    /x/state/avg-pkts                       {packet}
    /x/state/buffered-packets               {packet}
    /x/state/buffer-packets                 {packet}
    /x/state/pending-pkts                   {packet}
    /x/state/threshold-packets              {packet}
    /x/state/limit-pkts                     {packet}
    /x/state/peak-packets                   {packet}
    /x/state/available-cells                {packet}
    /x/state/used-cells                     {packet}
    /x/state/input-peak-pkts                {packet}
    /x/lifetime/config/packets              {packet}`,
  'what goes wrong': `
    /x/state/max-errors                     {error}
    /x/state/error-threshold                1
    /x/state/errors-threshold               {error}
    /x/state/allowed-errors                 {error}
    /x/state/peak-drops                     {error}
    /x/state/max-drops                      {error}
    /x/state/avg-drops                      {error}
    /x/state/current-errors                 {error}
    /x/state/errors-per-second              1
    /x/state/error-code                     1
    /x/state/last-error                     1`,
  rates: `
    /x/latest/data-rate/input-data-rate     kbit/s
    /x/latest/data-rate/output-packet-rate  {packet}/s
    /x/latest/data-rate/peak-input-data-rate kbit/s
    /x/latest/data-rate/input-load          1
    /x/latest/data-rate/reliability         1
    /interfaces/interface/statistics/rx-pps {packet}/s
    /interfaces/interface/statistics/tx-kbps kbit/s
    /x/traffic-statistics/input-bps         bit/s
    /x/traffic-statistics/output-pps        {packet}/s
    /junos/system/linecard/interface/if_1sec_pkts   {packet}/s
    /junos/system/linecard/interface/if_1sec_octets By/s
    /x/state/bytes-per-second               By/s
    /x/state/total-drop-rate                1
    /x/state/discard-ratio                  1
    /x/state/input-bandwidth-percent        %
    /interfaces/interface/state/in-rate     bit/s`,
  levels: `
    /components/component/power-supply/state/input-current   A
    /components/component/power-supply/state/input-voltage   V
    /components/component/power-supply/state/output-power    W
    /components/component/power-supply/state/capacity        W
    /components/component/fan/state/speed                    {rev}/min
    /components/component/state/temperature/instant          Cel
    /components/component/optical-channel/state/osnr/avg     dB
    /components/component/optical-channel/state/pre-fec-ber/instant 1
    /cpu-usage/cpu-utilization/five-seconds                  %
    /memory-statistics/memory-statistic/used-memory          1
    /interfaces/interface/state/counters/in-queue-depth      1
    /interfaces/interface/state/counters/link-utilization    %
    /network-instances/network-instance/afts/aft-summaries/state/counters/aft-entries 1
    /ifTable/ifEntry/ifOutQLen                               {packet}
    /interfaces/interface/state/mtu                          1
    /x/state/packet-size                                     1
    /x/state/retry-count                                     1
    /x/state/session-count                                   1
    /x/state/delay-ms                                        ms
    /x/infra/seconds-since-packet-received                   1
    /x/state/time-in-nano-seconds                            ns
    /vendor/whatever/counted                                 1`,
};

function rows(table: Readonly<Record<string, string>>): [string, string, string][] {
  return Object.entries(table).flatMap(([system, lines]) =>
    lines
      .trim()
      .split('\n')
      .map((line): [string, string, string] => {
        const [metric, unit] = line.trim().split(/\s+/);
        return [system, metric!, unit!];
      }),
  );
}

describe('what only grows', () => {
  test.each(rows(counters))('%s: %s is a counter in %s', (_system, metric, unit) => {
    expect(classifyMetric(metric, uint)).toEqual({ kind: 'counter', unit });
  });
});

describe('what may fall', () => {
  test.each(rows(gauges))('%s: %s is a gauge in %s', (_what, metric, unit) => {
    expect(classifyMetric(metric, uint)).toEqual({ kind: 'gauge', unit });
  });
});

describe('any name of something counted', () => {
  const levels =
    `free used available max min maximum minimum limit size capacity threshold peak watermark
    average avg allocated reserved queued buffered pending remaining`.split(/\s+/);
  const nouns = 'bytes octets packets pkts frames cells'.split(' ');

  test.each(levels)(
    'with the word %s is no counter, before or behind it, however it is joined',
    (level) => {
      for (const noun of nouns) {
        for (const name of [
          `${level}-${noun}`,
          `${noun}-${level}`,
          `${level}_${noun}`,
          camel(level, noun),
        ]) {
          expect([name, classifyMetric(`/a/state/${name}`, uint).kind]).toEqual([name, 'gauge']);
        }
      }
    },
  );

  test('is one with the word for where it goes or what became of it', () => {
    const moves = `in out input output rx tx received sent transmitted forwarded dropped`.split(
      ' ',
    );
    for (const move of moves) {
      for (const noun of nouns) {
        for (const name of [
          `${move}-${noun}`,
          `${noun}-${move}`,
          `${move}_${noun}`,
          camel(move, noun),
        ]) {
          expect([name, classifyMetric(`/a/state/${name}`, uint).kind]).toEqual([name, 'counter']);
        }
      }
    }
  });
});

function camel(first: string, second: string): string {
  return first + second[0]!.toUpperCase() + second.slice(1);
}

test.each(['one-minute', 'five-minutes', 'fifteen-minutes'])(
  'the load of a machine over %s counts processes and is no part of anything; that of a processor is',
  (span) => {
    const load: LeafValue = { kind: 'double', value: 6.25 };
    expect(classifyMetric(`/system/load/state/${span}`, load)).toEqual({
      kind: 'gauge',
      unit: '1',
    });
    if (span === 'fifteen-minutes') return;
    expect(classifyMetric(`/cpu-usage/cpu-utilization/${span}`, load).unit).toBe('%');
  },
);
