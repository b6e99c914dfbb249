import { expect, test } from 'vitest';
import { feedAddress } from '../../collector-daemon/feed-address.ts';

test.each([
  ['127.0.0.1', undefined, 'tcp://127.0.0.1:5560'],
  ['192.0.2.7', undefined, 'tcp://192.0.2.7:5560'],
  ['2001:db8::7', undefined, 'tcp://[2001:db8::7]:5560'],
  ['0.0.0.0', undefined, 'tcp://col-1.example:5560'],
  ['::', undefined, 'tcp://col-1.example:5560'],
  ['0.0.0.0', '198.51.100.7', 'tcp://198.51.100.7:5560'],
  ['0.0.0.0', '[2001:db8::7]', 'tcp://[2001:db8::7]:5560'],
])('a feed on %s, advertised as %s, is dialled at %s', (host, advertised, address) => {
  const settings = { NOCTURNE_FEED_HOST: host, NOCTURNE_ADVERTISE_ADDRESS: advertised };
  expect(feedAddress(settings, 5_560, 'col-1.example')).toBe(address);
});
