/**
 * The keys of lists in the vendors' and the IETF's models, where the members of an entry do not give them away by their order
 * and names. Data: `container/list:key,key`; of a list that several models have, the keys that an entry has count.
 * OpenConfig's lists need none: an entry's keys are what stands beside its `config` and `state`.
 */
const listKeyRows: Readonly<Record<string, string>> = {
  'IETF and RFC modules': `
    alarm-list/alarm:resource,alarm-type-id,alarm-type-qualifier
    alarm-inventory/alarm-type:alarm-type-id,alarm-type-qualifier area-scope-lsas/area-scope-lsa:lsa-id,adv-router
    link-scope-lsas/link-scope-lsa:lsa-id,adv-router as-scope-lsas/as-scope-lsa:lsa-id,adv-router
    hardware/component:name interfaces-state/interface:name interfaces/interface:name ipv4/neighbor:ip
    ipv6/neighbor:ip ipv4/address:ip ipv6/address:ip modules-state/module:name,revision
    module/submodule:name,revision module/deviation:name,revision module-set/import-only-module:name,revision
    interface-df-election/ipv4-rp:rp-address,interface-name interface-df-election/ipv6-rp:rp-address,interface-name
    rp-mappings/ipv4-rp:group-range,rp-address rp-mappings/ipv6-rp:group-range,rp-address
    topology-tree-info/ipv4-route:group,source-address,is-rpt
    topology-tree-info/ipv6-route:group,source-address,is-rpt
    fec-label/peer:lsr-id,label-space-id,advertisement-type bindings/fec-label:fec bindings/address:address
    ribs/rib:name control-plane-protocols/control-plane-protocol:type,name groups/group:name
    summary/alarm-summary:severity`,
  'IOS-XE': `
    cpu-usage-processes/cpu-usage-process:pid,name memory-usage-processes/memory-usage-process:pid
    memory-statistics/memory-statistic:name aaa-data/aaa-fqdn-info:fqdn-name aaa-data/aaa-users:username
    aaa-users/aaa-sessions:aaa-uid access-lists/access-list:access-control-list-name
    address-families/address-family:afi-safi,vrf-name neighbors/neighbor:afi-safi,vrf-name,neighbor-id
    adjacency-table/adjacency-entry:connection-id,address,linktype,if-name
    area-scope-lsa/area-scope-lsa:lsa-type,adv-router area-scope-lsa/ospfv2-link:link-id,link-data
    link-scope-lsa/ospfv2-link:link-id,link-data intf-link-scope-lsas/link-scope-lsa:lsa-id,adv-router
    bfd-circuits/bfd-circuit:interface,vcid bfd-if/bfd-peer:local-discr bgp-path-entries/bgp-path-entry:nexthop
    bgp-neighbor-path-entries/bgp-neighbor-path-entry:nexthop bgp-route-filters/bgp-route-filter:route-filter
    bgp-route-rds/bgp-route-rd:rd-value cdp-neighbor-details/cdp-neighbor-detail:device-id
    cef-statistics/ipv4-switching:reason cef-statistics/ipv6-switching:reason
    cef-statistics/ipv4-swi-input-feat:input-features cef-statistics/ipv4-swi-output-feat:output-features
    cisco-platform-software/q-filesystem:fru,slot,bay,chassis control-processes/control-process:fru,slot,bay,chassis
    components/component:cname system-usages/system-usage:fru,slot,bay,chassis
    device-hardware-data/entity-information:fru,slotnum,baynum,chassisnum
    device-hardware/device-alarm:alarm-id,alarm-instance device-inventory/device-inventory:hw-type,hw-dev-index
    dhcp-oper-data/dhcpv4-pool:pool-name dhcp-oper-data/dhcpv4-server-oper:pool-name,client-ip,vrf-name
    eigrp-oper-data/eigrp-instance:afi,vrf-name,as-num eigrp-network/eigrp-route:afi,infosource
    fib-oper-data/fib-ni-entry:instance-name fib-ni-entry/fib-entries:ip-addr
    fib-entries/fib-nexthop-entries:nh-addr fib-oper-data/cef-interface:if-name
    hsrp-oper-data/hsrp-group-info:group-id,if-name identity-oper-data/session-interface-data:intf-iifid,mac
    identity-oper-data/session-method-data:method,mac identity-oper-data/dot1x-authenticator-stats:intf-iifid
    interface/lag-aggregate-state:aggregate-id ip-sla-stats/sla-oper-entry:oper-id
    ip-sla-stats/sla-path-echo-stats:oper-id,path-id,hop-id ip-sla-stats/sla-path-jitter-stats:oper-id,hop-id
    sla-sp-stats/step-stats:step-id,tclass isis-instance/isis-neighbor:system-id,level,if-name
    lldp-intf-details/lldp-neighbor-details:identifier location/stack-member-info:chassis-num
    location/svl-link-info:link-num location/dp-feature-resource:feature,protocol,direction
    location/poe-port:port-num matm-table/matm-mac-entry:table-type,vlan-id-number,mac
    mdt-oper-data/mdt-subscriptions:subscription-id mdt-subscriptions/mdt-receivers:address,port
    mdt-oper-v2-data/mdt-subscriptions:subscription-id mpls-ldp-state/mpls-ldp-binding-fec-lbl:fec
    mpls-ldp-state/mpls-ldp-disc-src:is-targeted-adjacency,if-index
    nat-data/ip-nat-translation:inside-local-addr,outside-local-addr,inside-local-port,outside-local-port,vrfid,protocol
    ospf-state/ospf-instance:af,router-id ospf-area/ospf-interface:name ospf-interface/ospf-neighbor:neighbor-id
    ospf-oper-data/ospfv2-instance:instance-id ospfv2-area/ospfv2-interface:name
    ospfv2-interface/ospfv2-neighbor:nbr-id ospfv2-area/ospfv2-lsdb-area:lsa-type,lsa-id,advertising-router
    ospfv2-instance/ospfv2-lsdb-external:lsa-type,lsa-id,advertising-router ospfv3-router/ospfv3-afi:af,vrf
    ospfv3-area/ospfv3-intf:name ospfv3-intf/ospfv3-nbr:nbr-id poe-oper-data/poe-switch:switch-num
    process-system-usages/process-system-usage:pid q-filesystem/core-files:filename
    stack-oper-data/stack-node:chassis-number stacking-oper-data/switch-oper-info:switch-num
    subclass-list/cos-counters:cos-min,cos-max subclass-list/dscp-counters:dscp-min,dscp-max
    subclass-list/dei-counters:dei-min,dei-max subclass-list/mpls-exp-counters:exp-min,exp-max
    subclass-list/precedence-counters:prec-min,prec-max
    subclass-list/discard-class-counters:disc-class-min,disc-class-max subclass-list/clp-counters:clp-val
    vlans/vlan:id vrf-oper-data/vrf-entry:vrf-name`,
  'IOS-XR': `
    interface-xr/interface:interface-name interfaces/interface:interface-name
    interface-briefs/interface-brief:interface-name interface-statistics/interface-statistic:interface-name
    access-list-sequences/access-list-sequence:sequence-number
    prefix-list-sequences/prefix-list-sequence:sequence-number aft-next-hops/aft-next-hop:aft-id
    backup-routes/backup-route:network,protoid dest-backup-routes/dest-backup-route:protoid
    deleted-routes/deleted-route:network routes/route:network protocol-routes/protocol-route:network
    q-routes/q-route:network
    bfd-counters-bundle-children-members/bfd-counters-bundle-children-member:member-interface
    members/member:member-interface bundle-bundle-children-members/bundle-bundle-children-member:member-interface
    lacp-bundle-children-members/lacp-bundle-children-member:member-interface bmp-paths/bmp-path:network
    bridge-acs/bridge-ac:interface-name capabilities/capability:capability-type
    circ-table-entries/circ-table-entry:circ-index circ-level-table-entries/circ-level-table-entry:circ-index,level
    circuit-counter-table-entries/circuit-counter-table-entry:circ-index,circuit-type
    packet-counter-table-entries/packet-counter-table-entry:circ-index,level,packet-count-direction
    controllers/controller:controller-name
    all-autoroute-table/announce-dest:destination-address,protocol,area,igp-id
    databases/database:lsp-type,root-address,opaque-type,opaque-value-string
    fib-next-hop-routes/fib-next-hop-route:prefix-address fib-next-hop-label-routes/fib-next-hop-label-route:label
    forwardings/forwarding:prefix flex-algos/flex-algo:flex-algo
    head-signalling-counters/head-signalling-counter:ctype,tunnel-id
    tunnel-rewrites/tunnel-rewrite:tunnel-id,lsp-id,ctype tunnels/tunnel:tunnel-name
    igp-areas/igp-area:protocol,process-tag l2fibx-cons/l2fibx-con:xcid labels/label:label
    lsp-bindings/lsp-binding:lsm-id lsp-summary-entries/lsp-summary-entry:lsp-id mfi-entries/mfi-entry:mpls-label
    mstp-ports/mstp-port:interface neighbor-af-table/neighbor:neighbor-address
    neighbor-missing-eor-table/neighbor:neighbor-address optics-lanes/optics-lane:number
    prefix-filters/prefix-filter:neighbor-address
    protected-interfaces/protected-interface:interface-name,backup-tunnel-name rib-clients/rib-client:clientid
    rib-table-ids/rib-table-id:tableid summary-protos/summary-proto:protoid session-mibs/session-mib:discriminator
    sr-policy-entries/sr-policy-entry:client-id,color,end-point,distinguisher srlgs/srlg:srlg-name
    srv6-locators/srv6-locator:name subentities/subentity:name
    topology-nodes/topology-node:protocol,igp-id,area,topology-node-type,igp-node-id
    update-generation-update-groups/update-generation-update-group:update-group-index`,
  Junos: `
    bins/frame-delay:type,bin bins/frame-delay-range:type,bin bins/inter-frame-delay-variation:type,bin
    client/probe-test-results:owner,test-name probe-results/probe-test-results:owner,test-name
    history-test-results/history-single-test-results:owner,test-name cmerror/configuration:identifier
    cmerror/counters:identifier ddos-stats/group:group-name
    dynamic-tunnel-information/iptunnel-counters:name,tunnel-type,tunnel-source,tunnel-destination
    export-info/clients:index export-monitor/export-info:resource
    fabric-message/edges:src-type,src-slot,src-pfe,dst-type,dst-slot,dst-pfe flow-info-stats/flow-info:ifl
    interface/interface-set:iflsetindex mac-entries/mac-entry:l2-domain-id,mac-address page-drops/page-drop:pfe
    probe-test-results/probe-test-generic-results:results-scope processes/process:pid
    protocol-stats/protocol:protocol-name
    record-set/record:ip-prefix,mask-length-lower,mask-length-upper,attribute-value
    rsvp-interface-information/rsvp-interface:interface-name rsvp-interface/message-statistics:rsvp-message
    state/counter_stats:name state/policer_stats:name state/hierarchical_policer_stats:name
    subscriber-management-processes/subscriber-management-process:process-name
    task-size-block-list/task-size-block:tsb-size units/unit:name`,
};

const byList = new Map<string, readonly string[][]>();

for (const row of Object.values(listKeyRows).flatMap((rows) => rows.trim().split(/\s+/))) {
  const [list, keys] = row.split(':') as [string, string];
  byList.set(list, [...(byList.get(list) ?? []), keys.split(',')]);
}

/** Keys that a list may have, by its container's name and its own; none where nothing is known of it. */
export function knownListKeys(container: string, list: string): readonly (readonly string[])[] {
  return byList.get(`${container}/${list}`) ?? [];
}
