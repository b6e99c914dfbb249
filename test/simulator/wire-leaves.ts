/** Notifications as the tests like to compare them: full path text to plain value. */
import { formatPath } from '../../core/telemetry/path.ts';
import type { Notification, Path, TypedValue } from '../../proto/generated/gnmi/gnmi.ts';

export type PlainValue = string | number | bigint | boolean | undefined;

export function fullPath(prefix: Path | undefined, path: Path | undefined): string {
  const elems = [...(prefix?.elem ?? []), ...(path?.elem ?? [])];
  return formatPath({ origin: '', elems: elems.map(({ name, key }) => ({ name, keys: key })) });
}

export function plainValue(typed: TypedValue | undefined): PlainValue {
  const value = typed?.value;
  switch (value?.$case) {
    case 'jsonVal':
    case 'jsonIetfVal':
      return JSON.parse(Buffer.from(value.value).toString('utf8')) as PlainValue;
    case 'stringVal':
    case 'intVal':
    case 'uintVal':
    case 'boolVal':
    case 'doubleVal':
      return value.value;
    default:
      throw new Error(`no plain value: ${value?.$case}`);
  }
}

/** Later notifications win over earlier ones. */
export function leavesOf(notifications: readonly Notification[]): Map<string, PlainValue> {
  return new Map(
    notifications.flatMap(({ prefix, update }) =>
      update.map(({ path, val }): [string, PlainValue] => [
        fullPath(prefix, path),
        plainValue(val),
      ]),
    ),
  );
}
