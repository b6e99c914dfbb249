/** Between the protobuf Path and ours, with the vendors' ways of writing one brought to one form. */
import { joinPaths, type Path, type PathElem } from '../../../core/telemetry/path.ts';
import type { Path as WirePath } from '../../../proto/generated/gnmi/gnmi.ts';

const yangModulePrefix = /^([A-Za-z][A-Za-z0-9_.-]*):(.+)$/;
const openconfigModule = /^openconfig-/;

/**
 * Reads a path from the wire. Old targets fill `element` (deprecated, keys in brackets are not split: they are whole
 * names). Some put a YANG module in front of an element instead of an origin: OpenConfig's are dropped, another one in
 * front of the first element becomes the origin.
 */
export function pathFromWire(wire: WirePath | undefined): Path {
  if (wire === undefined) return { origin: '', elems: [] };
  const given: PathElem[] =
    wire.elem.length > 0
      ? wire.elem.map(({ name, key }) => ({ name, keys: key }))
      : wire.element.map((name) => ({ name, keys: {} }));
  const origin = wire.origin === 'openconfig' ? '' : wire.origin;
  const first = given[0];
  if (first === undefined || !first.name.includes(':')) return { origin, elems: given };
  const [, module, name] = yangModulePrefix.exec(first.name) ?? [];
  if (module === undefined || name === undefined) return { origin, elems: given };
  const elems = [{ name, keys: first.keys }, ...given.slice(1).map((part) => withoutModule(part))];
  return { origin: origin || (openconfigModule.test(module) ? '' : module), elems };
}

function withoutModule(part: PathElem): PathElem {
  const name = yangModulePrefix.exec(part.name)?.[2];
  return name === undefined ? part : { name, keys: part.keys };
}

/** Prefix and path together; the origin may stand in either (gNMI §2.2.2.1), the prefix's counts. */
export function fullPath(prefix: Path, wire: WirePath | undefined): Path {
  return joinPaths(prefix, pathFromWire(wire));
}

export function pathToWire(path: Path): WirePath {
  return {
    element: [],
    origin: path.origin,
    elem: path.elems.map(({ name, keys }) => ({ name, key: { ...keys } })),
    target: '',
  };
}
