import { textOf, type LeafValue } from '../../core/telemetry/value.ts';

/** True when two values would read the same on the wire. */
export function sameValue(left: LeafValue, right: LeafValue): boolean {
  if (left === right) return true;
  switch (left.kind) {
    case 'int':
    case 'uint':
    case 'bool':
    case 'text':
      return left.kind === right.kind && left.value === right.value;
    case 'double':
      return right.kind === 'double' && Object.is(left.value, right.value);
    case 'decimal':
    case 'bytes':
    case 'list':
      return left.kind === right.kind && textOf(left) === textOf(right);
    default:
      return left satisfies never;
  }
}
