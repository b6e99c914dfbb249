import { expect, test } from 'vitest';
import {
  askedFor,
  subscribedTo,
} from '../../../../collector-daemon/session/gnmi/subscribed-paths.ts';
import { onChange } from '../../../support/collection.ts';
import { pathOf } from '../../../support/paths.ts';

const port = '/interfaces/interface[name=Ethernet1/1]/state';

test.each([
  ['the container itself', ['/interfaces'], `${port}/mtu`, true],
  ['the leaf itself', [`${port}/mtu`], `${port}/mtu`, true],
  ['a sibling', [`${port}/mtu`], `${port}/mtu-of-ip`, false],
  ['above what was asked for', [`${port}/counters`], port, false],
  ['one of several', ['/lldp', '/interfaces'], `${port}/mtu`, true],
  ['a wildcard', ['/*/interface/.../in-octets'], `${port}/counters/in-octets`, true],
  ['everything', ['/'], 'cli:/show', true],
  ['another name of the same key', ['/interfaces/interface[name=Et1]'], `${port}/mtu`, true],
  ['a module in the question', ['openconfig-interfaces:interfaces/interface'], `${port}/mtu`, true],
  ['an origin in the question', ['openconfig:/interfaces'], `${port}/mtu`, true],
  ['an origin in the answer', ['/interfaces'], `arista:${port}/mtu`, true],
  ['no question at all', [], `${port}/mtu`, false],
])('%s', (_what, asked, sent, expected) => {
  const wanted = subscribedTo(asked.map((path) => onChange(path)));
  expect(wanted(pathOf(sent))).toBe(expected);
});

test.each([
  ['/interfaces/interface[name=Ethernet1/1]', true],
  ['/interfaces/interface[name=*]', true],
  ['/interfaces', true],
  ['openconfig-interfaces:interfaces/interface', true],
  ['/interfaces/interface[name=Ethernet1/2]', false],
])('%s was asked for as it stands: %s', (asked, expected) => {
  expect(askedFor([onChange(asked)])(pathOf(`${port}/mtu`))).toBe(expected);
});
