/** The Get RPC: one Notification a path, with a leaf an update (gNMI §3.3). */
import { formatPath, type Path } from '../../core/telemetry/path.ts';
import {
  GetRequest_DataType,
  type GetRequest,
  type GetResponse,
  type Notification,
} from '../../proto/generated/gnmi/gnmi.ts';
import type { ModelLeaf } from './device-model.ts';
import { scopeOf } from './data-scope.ts';
import { requestedPath, wirePathOf } from './requested-path.ts';
import type { SchemaTree } from './schema-tree.ts';
import { Selection } from './selection.ts';
import { encodingOf } from './subscription-plan.ts';
import { TargetRefusal } from './target-error.ts';
import type { TargetState } from './target-state.ts';
import { typedValueOf, type ServedEncoding } from './typed-value.ts';

export function answerGet(
  request: GetRequest,
  state: TargetState,
  encodings: readonly ServedEncoding[],
): GetResponse {
  const encoding = encodingOf(request.encoding, encodings);
  const scope = scopeOf(request, state.schema);
  state.beat.tickNow();
  const paths = request.path.length === 0 ? [undefined] : request.path;
  const notification = paths.map((path): Notification => {
    const pattern = requestedPath(request.prefix, path);
    state.schema.check(pattern);
    const target = request.prefix?.target ?? '';
    const selection = new Selection({ pattern, leaves: state.model.leaves(), target, scope });
    // Of what is there, all may lie outside of what is asked for.
    const there = selection.size > 0 || isThere(pattern, state);
    if (!there) {
      throw new TargetRefusal('NOT_FOUND', `nothing at ${formatPath(pattern)} just now`);
    }
    const depth = selection.prefix?.elem.length ?? 0;
    const leaves = [...selection.leaves].map((entry) => entry.leaf);
    return {
      timestamp: state.timestampNs(),
      prefix: selection.prefix,
      update: leaves
        .filter((leaf) => isOfType(leaf, request.type, state.schema))
        .map((leaf) => ({
          path: wirePathOf({ elems: leaf.path.elems.slice(depth) }),
          value: undefined,
          val: typedValueOf(leaf.read(), encoding, leaf.integerBits),
          duplicates: 0,
        })),
      delete: [],
      atomic: false,
    };
  });
  return { notification, error: undefined, extension: [] };
}

function isThere(pattern: Path, { model }: TargetState): boolean {
  return new Selection({ pattern, leaves: model.leaves(), target: '' }).size > 0;
}

/**
 * OpenConfig keeps what is configured in containers named `config`, and all else in `state`; what stands in both is the
 * configuration as it is applied, which is no operational fact (gNMI §3.3.1).
 */
function isOfType({ path }: ModelLeaf, type: GetRequest_DataType, schema: SchemaTree): boolean {
  const names = path.elems.map(({ name }) => name);
  const configured = names.includes('config');
  switch (type) {
    case GetRequest_DataType.ALL:
      return true;
    case GetRequest_DataType.CONFIG:
      return configured;
    case GetRequest_DataType.STATE:
      return !configured;
    case GetRequest_DataType.OPERATIONAL:
      return !configured && !schema.has(names.map((name) => (name === 'state' ? 'config' : name)));
    default:
      throw new TargetRefusal('INVALID_ARGUMENT', `data type ${type} is unknown`);
  }
}
