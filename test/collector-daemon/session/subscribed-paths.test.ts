import { expect, test } from 'vitest';
import {
  askedFor,
  owedUnder,
  subscribedTo,
} from '../../../collector-daemon/session/subscribed-paths.ts';
import { onChange } from '../../support/collection.ts';
import { pathOf } from '../../support/paths.ts';

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
  ['nothing refused: all', ['/interfaces'], [], true, true],
  [
    'nothing refused, but keys asked for otherwise',
    ['/interfaces/interface[name=Et1]'],
    [],
    true,
    false,
  ],
  ['refused', ['/interfaces', '/lldp'], ['/interfaces'], false, false],
  [
    'refused, with keys asked for otherwise',
    ['/interfaces/interface[name=Et1]'],
    ['/interfaces/interface[name=Et1]'],
    false,
    false,
  ],
  [
    'refused, and asked for by another path',
    ['/interfaces', `${port}/mtu`],
    ['/interfaces'],
    true,
    true,
  ],
  ['another path refused', ['/interfaces', '/lldp'], ['/lldp'], true, true],
  ['not asked for', ['/lldp'], [], true, false],
])('%s, is owed', (_what, asked, refused, again, stored) => {
  const owed = owedUnder(
    asked.map((path) => onChange(path)),
    refused,
  );
  const leaf = pathOf(`${port}/mtu`);
  expect([owed.again(leaf), owed.stored(leaf)]).toEqual([again, stored]);
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
