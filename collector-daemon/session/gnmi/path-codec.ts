/** Between the protobuf Path and ours, with the vendors' ways of writing one brought to one form. */
import { joinPaths, parseElem, type Path, type PathElem } from '../../../core/telemetry/path.ts';
import type { Path as WirePath } from '../../../proto/generated/gnmi/gnmi.ts';

const yangModulePrefix = /^([A-Za-z][A-Za-z0-9_.-]*):(.+)$/;
const openconfigModule = /^openconfig-/;

/**
 * Reads a path from the wire. Old targets fill `element`, with the keys in brackets behind the name. Some put YANG
 * modules in front of elements instead of an origin: OpenConfig's are dropped, another one in front of the first element
 * becomes the origin, and those behind it are dropped with it.
 */
export function pathFromWire(wire: WirePath | undefined): Path {
  if (wire === undefined) return { origin: '', elems: [] };
  const { origin, elems } = givenPath(wire);
  const module = moduleOf(elems[0]);
  if (module === null) return { origin, elems: elems.map(withoutOpenconfig) };
  const named = origin || (openconfigModule.test(module) ? '' : module);
  return { origin: named, elems: elems.map(withoutModule) };
}

/** Prefix and path together; the origin may stand in either (gNMI §2.2.2.1), the prefix's counts. */
export function fullPath(prefix: Path, wire: WirePath | undefined): Path {
  if (prefix.elems.length === 0 || wire === undefined) return joinPaths(prefix, pathFromWire(wire));
  // Its first element is not the first of the whole: a module there (an augmentation's) says nothing of the origin.
  const { origin, elems } = givenPath(wire);
  const clean = moduleOf(elems[0]) === null ? withoutOpenconfig : withoutModule;
  return joinPaths(prefix, { origin, elems: elems.map(clean) });
}

function givenPath({ origin, elem, element }: WirePath): Path {
  const elems: PathElem[] =
    elem.length > 0
      ? elem.map(({ name, key }) => ({ name, keys: key }))
      : element.map((text) => parseElem(text) ?? { name: text, keys: {} });
  return { origin: origin === 'openconfig' ? '' : origin, elems };
}

function moduleOf(part: PathElem | undefined): string | null {
  if (part === undefined || !part.name.includes(':')) return null;
  return yangModulePrefix.exec(part.name)?.[1] ?? null;
}

function withoutModule(part: PathElem): PathElem {
  if (!part.name.includes(':')) return part;
  const name = yangModulePrefix.exec(part.name)?.[2];
  return name === undefined ? part : { name, keys: part.keys };
}

function withoutOpenconfig(part: PathElem): PathElem {
  return openconfigModule.test(part.name) ? withoutModule(part) : part;
}

export function pathToWire(path: Path): WirePath {
  return {
    element: [],
    origin: path.origin,
    elem: path.elems.map(({ name, keys }) => ({ name, key: { ...keys } })),
    target: '',
  };
}
