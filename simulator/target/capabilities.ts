import type { CapabilityResponse, ModelData } from '../../proto/generated/gnmi/gnmi.ts';
import type { ServedEncoding } from './typed-value.ts';

const organization = 'OpenConfig working group';

const models: readonly ModelData[] = [
  { name: 'openconfig-interfaces', organization, version: '3.7.1' },
  { name: 'openconfig-if-ethernet', organization, version: '2.14.0' },
  { name: 'openconfig-system', organization, version: '2.3.0' },
  { name: 'openconfig-platform', organization, version: '0.31.0' },
  { name: 'openconfig-platform-transceiver', organization, version: '0.16.0' },
  { name: 'openconfig-network-instance', organization, version: '4.5.1' },
  { name: 'openconfig-lldp', organization, version: '0.2.1' },
];

export function capabilitiesOf(encodings: readonly ServedEncoding[]): CapabilityResponse {
  return {
    supportedModels: [...models],
    supportedEncodings: [...encodings],
    gNMIVersion: '0.10.0',
    extension: [],
  };
}
