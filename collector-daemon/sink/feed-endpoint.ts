/** Addresses of ZeroMQ sockets. */

/** `tcp://host:port` to bind; an IPv6 address stands in brackets, port 0 takes a free one. */
export function bindAddress(host: string, port: number): string {
  return `tcp://${isIpv6(host) ? `[${host}]` : host}:${port === 0 ? '*' : port}`;
}

/** Options of a socket bound there: without being told, ZeroMQ takes an IPv6 address for no address at all. */
export function familyOf(address: string): { readonly ipv6?: true } {
  return address.includes('[') ? { ipv6: true } : {};
}

function isIpv6(host: string): boolean {
  return host.includes(':');
}
