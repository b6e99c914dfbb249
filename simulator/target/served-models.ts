/** Which YANG models the leaves of a target are of. */
import type { Path } from '../../core/telemetry/path.ts';
import type { ModelData } from '../../proto/generated/gnmi/gnmi.ts';
import type { SchemaTree } from './schema-tree.ts';

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

/** Those that the target has leaves for, and nothing else. */
export function servedModels(schema: SchemaTree): ModelData[] {
  return models
    .filter(({ node }) => schema.has(node))
    .map(({ name, version }) => ({ name, organization, version }));
}

/** The name of the model that defines a leaf: of several above it, the nearest. */
export function modelOf({ elems }: Path): string {
  const above = models.filter(({ node }) => node.every((name, at) => elems[at]?.name === name));
  const [nearest] = above.toSorted((left, right) => right.node.length - left.node.length);
  return nearest?.name ?? '';
}
