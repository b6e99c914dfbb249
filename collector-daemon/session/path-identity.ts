/** Vendors' ways of writing one path, brought to one form, so that what was asked for and what comes can be compared. */
import type { Path, PathElem } from '../../core/telemetry/path.ts';

const yangModulePrefix = /^([A-Za-z][A-Za-z0-9_.-]*):(.+)$/;
const openconfigModule = /^openconfig-/;

/**
 * Some targets put YANG modules in front of elements instead of an origin: OpenConfig's are dropped, another one in front
 * of the first element becomes the origin, and those behind it are dropped with it. The default origin is left out.
 */
export function pathIdentity({ origin, elems }: Path): Path {
  const named = withoutDefault(origin);
  const module = moduleOf(elems[0]);
  if (module === null) return { origin: named, elems: elems.map(withoutOpenconfig) };
  const said = named || (openconfigModule.test(module) ? '' : module);
  return { origin: said, elems: elems.map(withoutModule) };
}

/** Of a path behind another: a module in front of its first element (an augmentation's) says nothing of the origin. */
export function innerPathIdentity({ origin, elems }: Path): Path {
  const clean = moduleOf(elems[0]) === null ? withoutOpenconfig : withoutModule;
  return { origin: withoutDefault(origin), elems: elems.map(clean) };
}

function withoutDefault(origin: string): string {
  return origin === 'openconfig' ? '' : origin;
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
