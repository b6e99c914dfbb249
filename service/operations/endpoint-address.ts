/** Addresses of devices: a host name (RFC 1123), IPv4, or IPv6 without brackets. */
import { isIP } from 'node:net';
import { NocturneError } from '../../core/errors.ts';

const label = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/i;

/**
 * The address as it is stored: brackets around IPv6 are taken off.
 * @throws ADDRESS_INVALID
 */
export function parseAddress(text: string): string {
  const bare = /^\[(.*)\]$/.exec(text)?.[1] ?? text;
  if (isIP(bare.split('%', 1)[0]!) === 6 || isIP(text) === 4) return bare;
  const labels = text.replace(/\.$/, '').split('.');
  // Four numbers that are no IPv4 address are a slip, not a name.
  const looksNumeric = /^\d+$/.test(labels.at(-1)!);
  if (!looksNumeric && text.length <= 253 && labels.every((part) => label.test(part))) return text;
  throw new NocturneError(
    'ADDRESS_INVALID',
    `not an address: ${JSON.stringify(text)} (expected a host name, an IPv4 or an IPv6 address, without port or scheme)`,
  );
}
