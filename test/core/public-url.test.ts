import { expect, test } from 'vitest';
import { isPublicUrl } from '../../core/public-url.ts';

test.each([
  ['https://noc.example', true],
  ['https://noc.example/', true],
  ['http://192.0.2.1:4000', true],
  ['http://[2001:db8::1]:4000', true],
  ['noc.example', false],
  ['javascript:alert(1)', false],
  ['ftp://noc.example', false],
  // The console is at /console/ of its host; the rest would take the token of a link elsewhere.
  ['https://noc.example/nocturne', false],
  ['https://noc.example/?next=x', false],
  ['https://noc.example/?', false],
  ['https://noc.example/#x', false],
  ['https://user:password@noc.example', false],
])('%s: %s', (text, expected) => {
  expect(isPublicUrl(text)).toBe(expected);
});
