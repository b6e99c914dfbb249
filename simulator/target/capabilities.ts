import type { CapabilityResponse } from '../../proto/generated/gnmi/gnmi.ts';
import { servedModels } from './served-models.ts';
import type { SchemaTree } from './schema-tree.ts';
import type { ServedEncoding } from './typed-value.ts';

/** Names what the target has leaves for, and nothing else. */
export function capabilitiesOf(
  encodings: readonly ServedEncoding[],
  schema: SchemaTree,
): CapabilityResponse {
  return {
    supportedModels: servedModels(schema),
    supportedEncodings: [...encodings],
    gNMIVersion: '0.10.0',
    extension: [],
  };
}
