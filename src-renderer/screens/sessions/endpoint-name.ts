import type { DeviceEndpoint } from '../../../core/contract/device.ts';

const protocolNames = { gnmi: 'gNMI', netconf: 'NETCONF' } as const;

/** What tells one way to a device from its others. */
export function endpointName({
  protocol,
  address,
  port,
}: Pick<DeviceEndpoint, 'protocol' | 'address' | 'port'>): string {
  return `${protocolNames[protocol]} ${address}:${port}`;
}
