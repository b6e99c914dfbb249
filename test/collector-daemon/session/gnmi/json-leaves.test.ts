import { describe, expect, test } from 'vitest';
import { parseExactJson } from '../../../../collector-daemon/session/gnmi/exact-json.ts';
import { flattenJson } from '../../../../collector-daemon/session/gnmi/json-leaves.ts';
import { formatPath } from '../../../../core/telemetry/path.ts';
import { type LeafValue, textOf } from '../../../../core/telemetry/value.ts';

/** Each leaf as `path = kind text`. */
function leavesOf(json: string): string[] {
  return flattenJson(parseExactJson(json)).map(
    ({ below, value }) => `${formatPath({ origin: '', elems: below })} = ${shown(value)}`,
  );
}

function shown(value: LeafValue | null): string {
  return value === null ? 'undecodable' : `${value.kind} ${textOf(value)}`;
}

describe('scalars', () => {
  test.each([
    ['18446744073709551615', 'uint 18446744073709551615'],
    ['"18446744073709551615"', 'uint 18446744073709551615'],
    ['9007199254740993', 'uint 9007199254740993'],
    ['-9223372036854775808', 'int -9223372036854775808'],
    ['"-5"', 'int -5'],
    ['"-2.35"', 'decimal -2.35'],
    ['-0.05', 'decimal -0.05'],
    ['1e3', 'double 1000'],
    ['true', 'bool true'],
    ['"UP"', 'text UP'],
    ['"007"', 'text 007'],
    ['"1.2.3"', 'text 1.2.3'],
    ['"10.0.0.1/24"', 'text 10.0.0.1/24'],
    ['" 5"', 'text  5'],
    ['""', 'text '],
    ['[null]', 'bool true'],
    ['["a","b"]', 'list ["a","b"]'],
    ['[1,"2"]', 'list ["1","2"]'],
    ['[]', 'list []'],
  ])('%s is %s', (json, expected) => expect(leavesOf(json)).toEqual([`/ = ${expected}`]));
});

describe('containers', () => {
  test('members become elements, without their modules', () => {
    const json = `{"openconfig-interfaces:state": {"oper-status": "UP", "counters": {"in-octets": "9007199254740993"}}}`;
    expect(leavesOf(json)).toEqual([
      '/state/oper-status = text UP',
      '/state/counters/in-octets = uint 9007199254740993',
    ]);
  });

  test('entries of an OpenConfig list are keyed by what stands beside config and state', () => {
    const json = `{"afi-safis": {"afi-safi": [
      {"afi-safi-name": "IPV4_UNICAST", "state": {"enabled": true}},
      {"afi-safi-name": "IPV6_UNICAST", "state": {"enabled": false}}]},
      "openconfig-network-instance:protocol": [
        {"identifier": "BGP", "name": "default", "config": {"enabled": true}}],
      "vlan": [{"vlan-id": 7, "state": {"status": "ACTIVE"}}]}`;
    expect(leavesOf(json)).toEqual([
      '/afi-safis/afi-safi[afi-safi-name=IPV4_UNICAST]/afi-safi-name = text IPV4_UNICAST',
      '/afi-safis/afi-safi[afi-safi-name=IPV4_UNICAST]/state/enabled = bool true',
      '/afi-safis/afi-safi[afi-safi-name=IPV6_UNICAST]/afi-safi-name = text IPV6_UNICAST',
      '/afi-safis/afi-safi[afi-safi-name=IPV6_UNICAST]/state/enabled = bool false',
      '/protocol[identifier=BGP][name=default]/identifier = text BGP',
      '/protocol[identifier=BGP][name=default]/name = text default',
      '/protocol[identifier=BGP][name=default]/config/enabled = bool true',
      '/vlan[vlan-id=7]/vlan-id = uint 7',
      '/vlan[vlan-id=7]/state/status = text ACTIVE',
    ]);
  });

  test('entries of other lists are keyed by the best guess', () => {
    const json = `{"ietf-interfaces:interface": [{"name": "eth0/1", "enabled": true, "statistics": {"in-octets": "5"}}],
      "address": [{"ip": "10.0.0.1", "prefix-length": 31}]}`;
    expect(leavesOf(json)).toEqual([
      '/interface[name=eth0/1]/name = text eth0/1',
      '/interface[name=eth0/1]/enabled = bool true',
      '/interface[name=eth0/1]/statistics/in-octets = uint 5',
      '/address[ip=10.0.0.1]/ip = text 10.0.0.1',
      '/address[ip=10.0.0.1]/prefix-length = uint 31',
    ]);
  });

  test('lists in lists keep both keys', () => {
    const json = `{"interface": [{"name": "e1", "config": {}, "subinterface": [{"index": 0, "state": {"ifindex": 9}}]}]}`;
    expect(leavesOf(json)).toContain(
      '/interface[name=e1]/subinterface[index=0]/state/ifindex = uint 9',
    );
  });

  test.each([
    ['a list whose entries have no key', '{"a": [{"x": true}, {"x": false}]}', 2],
    ['entries that are no objects among those that are', '{"a": [{"name": "n", "x": 1}, 5]}', 1],
    ['a list of lists', '{"a": [[1, 2], [3]]}', 1],
    ['a list that is the value itself, whose entries have no key', '[{"x": true}, 5]', 2],
  ])('%s: each is counted as undecodable, and what can be read is', (_what, json, count) => {
    expect(leavesOf(json).filter((leaf) => leaf.endsWith('undecodable'))).toHaveLength(count);
  });

  test('null and empty containers say that there is nothing', () => {
    expect(leavesOf('{"a": null, "b": {}, "c": {"d": null}}')).toEqual([]);
  });

  test('a member called __proto__ is an element like any other', () => {
    expect(leavesOf('{"__proto__": {"polluted": 1}}')).toEqual(['/__proto__/polluted = uint 1']);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});
