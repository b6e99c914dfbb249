/** Addresses of devices: a host name (RFC 1123), IPv4, or IPv6 without brackets, with a zone where it has one. */
import { isIP } from 'node:net';
import { NocturneError } from '../../core/errors.ts';

const label = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/i;

/**
 * The address as it is stored: brackets around IPv6 are taken off.
 * @throws ADDRESS_INVALID
 */
export function parseAddress(text: string): string {
  const bare = /^\[(.*)\]$/.exec(text)?.[1] ?? text;
  if (isIPv6(bare) || isIP(text) === 4) return bare;
  const labels = text.replace(/\.$/, '').split('.');
  // Four numbers that are no IPv4 address are a slip, not a name.
  const looksNumeric = /^\d+$/.test(labels.at(-1)!);
  if (!looksNumeric && text.length <= 253 && labels.every((part) => label.test(part))) return text;
  throw new NocturneError(
    'ADDRESS_INVALID',
    `not an address: ${JSON.stringify(text)} (expected a host name, an IPv4 or an IPv6 address, without port or scheme)`,
  );
}

/** A zone is the name or number of an interface (RFC 4007 §11); Node takes anything for one. */
function isIPv6(text: string): boolean {
  const [address, zone, ...rest] = text.split('%');
  if (isIP(address!) !== 6 || rest.length > 0) return false;
  return zone === undefined || /^[A-Za-z0-9._-]{1,63}$/.test(zone);
}
