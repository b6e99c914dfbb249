import { describe, expect, test } from 'vitest';
import {
  fullPath,
  pathFromWire,
  pathToWire,
} from '../../../../collector-daemon/session/gnmi/path-codec.ts';
import { formatPath } from '../../../../core/telemetry/path.ts';
import { Path as WirePath } from '../../../../proto/generated/gnmi/gnmi.ts';
import { arbitraryPath } from '../../../support/paths.ts';
import { holds } from '../../../support/property.ts';
import { wirePath } from '../../../support/wire.ts';

const none = wirePath([]);

describe('how vendors write a path', () => {
  test.each<[string, WirePath | undefined, WirePath | undefined, string]>([
    [
      'prefix and path',
      wirePath(['interfaces', ['interface', { name: 'Ethernet1/1' }]]),
      wirePath(['state', 'counters']),
      '/interfaces/interface[name=Ethernet1/1]/state/counters',
    ],
    ['everything in the prefix (EOS, single values)', wirePath(['a', 'b']), undefined, '/a/b'],
    ['no prefix', undefined, wirePath(['a', 'b']), '/a/b'],
    ['nothing at all', undefined, undefined, '/'],
    [
      'origin in the prefix',
      wirePath([], { origin: 'srl_nokia' }),
      wirePath(['a']),
      'srl_nokia:/a',
    ],
    ['origin in the path', none, wirePath(['a'], { origin: 'cli' }), 'cli:/a'],
    ['the default origin, said', wirePath([], { origin: 'openconfig' }), wirePath(['a']), '/a'],
    ['a target in the prefix', wirePath(['a'], { target: 'leaf-01' }), wirePath(['b']), '/a/b'],
    [
      'an OpenConfig module in front of the first element',
      none,
      wirePath(['openconfig-interfaces:interfaces', 'interface', 'state']),
      '/interfaces/interface/state',
    ],
    [
      'OpenConfig modules in front of several elements (IOS-XE)',
      none,
      wirePath([
        'openconfig-interfaces:interfaces',
        'interface',
        'openconfig-if-ethernet:ethernet',
      ]),
      '/interfaces/interface/ethernet',
    ],
    [
      'another module in front of the first element (IOS-XR)',
      none,
      wirePath(['Cisco-IOS-XR-infra-statsd-oper:infra-statistics', 'interfaces']),
      'Cisco-IOS-XR-infra-statsd-oper:/infra-statistics/interfaces',
    ],
    [
      'a module beside an origin',
      none,
      wirePath(['ietf-interfaces:interfaces'], { origin: 'rfc7951' }),
      'rfc7951:/interfaces',
    ],
    [
      'a module in the path and a prefix',
      wirePath(['openconfig-interfaces:interfaces'], { target: 'x' }),
      wirePath(['openconfig-interfaces:interface']),
      '/interfaces/interface',
    ],
    [
      'the deprecated element field',
      wirePath([], { element: ['interfaces'] }),
      wirePath([], { element: ['interface', 'state'] }),
      '/interfaces/interface/state',
    ],
    [
      'the deprecated element field, with keys',
      undefined,
      wirePath([], { element: ['interfaces', 'interface[name=Ethernet1/1]', 'a[k=x\\]y][b=1]'] }),
      '/interfaces/interface[name=Ethernet1/1]/a[b=1][k=x\\]y]',
    ],
    [
      'the deprecated element field, with text that is no element',
      undefined,
      wirePath([], { element: ['Ethernet1/1', 'open[k', '/a', ''] }),
      '/Ethernet1\\/1/open\\[k/\\/a/',
    ],
    [
      'the module of an augmentation behind a prefix',
      wirePath(['interfaces', ['interface', { name: 'e1' }]]),
      wirePath(['vendor-augments:extra', 'vendor-augments:leaf']),
      '/interfaces/interface[name=e1]/extra/leaf',
    ],
    [
      'an OpenConfig module further on alone',
      none,
      wirePath(['interfaces', 'interface', 'openconfig-if-ethernet:ethernet', 'state']),
      '/interfaces/interface/ethernet/state',
    ],
    [
      'colons that are no module, in another origin',
      none,
      wirePath(['Smash', 'host', '00:1c:73:00:00:01', 'aa:bb'], { origin: 'eos_native' }),
      'eos_native:/Smash/host/00:1c:73:00:00:01/aa:bb',
    ],
    [
      'origins in the prefix and in the path',
      wirePath(['a'], { origin: 'srl_nokia' }),
      wirePath(['b'], { origin: 'openconfig' }),
      'srl_nokia:/a/b',
    ],
    [
      'several keys, sorted',
      none,
      wirePath([['protocol', { name: 'bgp', identifier: 'BGP' }]]),
      '/protocol[identifier=BGP][name=bgp]',
    ],
    [
      'keys with every character that has a meaning',
      none,
      wirePath([['x', { k: 'a]b\\c/d=e[f' }]]),
      '/x[k=a\\]b\\\\c/d=e[f]',
    ],
    ['a key with a colon is no module', none, wirePath([['x', { k: 'fe80::1' }]]), '/x[k=fe80::1]'],
  ])('%s', (_what, prefix, path, expected) => {
    expect(formatPath(fullPath(pathFromWire(prefix), path))).toBe(expected);
  });
});

test('a path survives the wire', () => {
  holds([arbitraryPath], (path) => {
    const plain = formatPath(path);
    // `__proto__` is no key in the generated code, and a colon in the first name is a module.
    const { elems } = path;
    if (plain.includes('__proto__') || elems[0]?.name.includes(':') === true) return;
    if (elems.some(({ name }) => name.startsWith('openconfig-'))) return;
    const bytes = WirePath.encode(pathToWire(path)).finish();
    expect(formatPath(pathFromWire(WirePath.decode(bytes)))).toBe(plain);
  });
});
