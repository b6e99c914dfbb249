import { describe, expect, test } from 'vitest';
import { parseAddress } from '../../../service/operations/endpoint-address.ts';

describe('the address of a device', () => {
  test.each([
    ['192.0.2.1', '192.0.2.1'],
    ['2001:db8::1', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['fe80::1%eth0.100', 'fe80::1%eth0.100'],
    ['[fe80::1%3]', 'fe80::1%3'],
    ['::ffff:192.0.2.1', '::ffff:192.0.2.1'],
    ['leaf-01.example', 'leaf-01.example'],
    ['leaf_01.example.', 'leaf_01.example.'],
  ])('%s is taken as %s', (text, address) => {
    expect(parseAddress(text)).toBe(address);
  });

  test.each(
    [
      [
        '',
        '192.0.2.1:57400',
        '[::1]:57400',
        'http://192.0.2.1',
        'not an address',
        '70000',
        '127.1',
      ],
      ['fe80::1%', 'fe80::1%a b', 'fe80::1%a%b', '[fe80::1%a]b', '192.0.2.1%eth0', '-leaf', 'a..b'],
      ['user@leaf', 'leaf/x', 'a\nb', 'leaf%eth0', `${'a'.repeat(64)}.example`],
    ].flat(),
  )('%j is refused with what is expected', (text) => {
    expect(() => parseAddress(text)).toThrow(
      `not an address: ${JSON.stringify(text)} (expected a host name, an IPv4 or an IPv6 address, without port or scheme)`,
    );
  });
});
