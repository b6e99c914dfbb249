import type { CapabilityResponse, ModelData } from '../../proto/generated/gnmi/gnmi.ts';
import type { SchemaTree } from './schema-tree.ts';
import type { ServedEncoding } from './typed-value.ts';

const organization = 'OpenConfig working group';

interface ServedModel extends Omit<ModelData, 'organization'> {
  /** A node that is there when the model is served. */
  readonly node: readonly string[];
}

const models: readonly ServedModel[] = [
  { name: 'openconfig-interfaces', version: '3.7.1', node: ['interfaces'] },
  {
    name: 'openconfig-if-ethernet',
    version: '2.14.0',
    node: ['interfaces', 'interface', 'ethernet'],
  },
  { name: 'openconfig-system', version: '2.3.0', node: ['system'] },
  { name: 'openconfig-platform', version: '0.31.0', node: ['components'] },
  {
    name: 'openconfig-platform-storage',
    version: '0.1.0',
    node: ['components', 'component', 'storage'],
  },
  {
    name: 'openconfig-platform-transceiver',
    version: '0.16.0',
    node: ['components', 'component', 'transceiver'],
  },
  { name: 'openconfig-network-instance', version: '4.5.1', node: ['network-instances'] },
  { name: 'openconfig-lldp', version: '0.2.1', node: ['lldp'] },
];

/** Names what the target has leaves for, and nothing else. */
export function capabilitiesOf(
  encodings: readonly ServedEncoding[],
  schema: SchemaTree,
): CapabilityResponse {
  const served = models.filter(({ node }) => schema.has(node));
  return {
    supportedModels: served.map(({ name, version }) => ({ name, organization, version })),
    supportedEncodings: [...encodings],
    gNMIVersion: '0.10.0',
    extension: [],
  };
}
