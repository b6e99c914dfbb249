/** Between the protobuf Path and ours. */
import { joinPaths, parseElem, type Path, type PathElem } from '../../../core/telemetry/path.ts';
import type { Path as WirePath } from '../../../proto/generated/gnmi/gnmi.ts';
import { innerPathIdentity, pathIdentity } from '../path-identity.ts';

/** Reads a path from the wire, in one form whatever the vendor's way of writing it. */
export function pathFromWire(wire: WirePath | undefined): Path {
  return wire === undefined ? { origin: '', elems: [] } : pathIdentity(givenPath(wire));
}

/** Prefix and path together; the origin may stand in either (gNMI §2.2.2.1), the prefix's counts. */
export function fullPath(prefix: Path, wire: WirePath | undefined): Path {
  if (prefix.elems.length === 0 || wire === undefined) return joinPaths(prefix, pathFromWire(wire));
  return joinPaths(prefix, innerPathIdentity(givenPath(wire)));
}

/** Old targets fill `element`, with the keys in brackets behind the name. */
function givenPath({ origin, elem, element }: WirePath): Path {
  const elems: PathElem[] =
    elem.length > 0
      ? elem.map(({ name, key }) => ({ name, keys: key }))
      : element.map((text) => parseElem(text) ?? { name: text, keys: {} });
  return { origin, elems };
}

export function pathToWire(path: Path): WirePath {
  return {
    element: [],
    origin: path.origin,
    elem: path.elems.map(({ name, keys }) => ({ name, key: { ...keys } })),
    target: '',
  };
}
