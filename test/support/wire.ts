/** Short ways to write gNMI messages in tests. */
import type {
  Notification as WireNotification,
  Path as WirePath,
  TypedValue,
  Update,
} from '../../proto/generated/gnmi/gnmi.ts';

const utf8 = new TextEncoder();

export function wirePath(
  elems: readonly (string | readonly [string, Record<string, string>])[],
  rest: Partial<WirePath> = {},
): WirePath {
  return {
    element: [],
    origin: '',
    target: '',
    elem: elems.map((part) =>
      typeof part === 'string' ? { name: part, key: {} } : { name: part[0], key: part[1] },
    ),
    ...rest,
  };
}

export function typed(value: NonNullable<TypedValue['value']>): TypedValue {
  return { value };
}

export function jsonIetf(json: unknown): TypedValue {
  const text = typeof json === 'string' ? json : JSON.stringify(json);
  return typed({ $case: 'jsonIetfVal', value: utf8.encode(text) });
}

export function wireUpdate(path: WirePath, val: TypedValue | undefined, duplicates = 0): Update {
  return { path, val, value: undefined, duplicates };
}

export function wireNotification(rest: Partial<WireNotification>): WireNotification {
  return { timestamp: 0n, prefix: undefined, update: [], delete: [], atomic: false, ...rest };
}
