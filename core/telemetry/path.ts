/**
 * Paths as gNMI writes them (gNMI path conventions §2–3): elements with keys, an optional origin.
 * Text form: `origin:/name[key=value]/name`. Inside a key's value `]` and `\` are escaped with `\`; `/` is not
 * (so `[name=Ethernet1/1]` reads as it is). In a name `/`, `[` and `\` are escaped.
 * The canonical text sorts keys by name and leaves out the default origin `openconfig`.
 */
import { ok, refuse, type Result } from '../result.ts';

export interface PathElem {
  readonly name: string;
  /** Key names to values; sorted by name in canonical text. */
  readonly keys: Readonly<Record<string, string>>;
}

export interface Path {
  /** Empty means `openconfig`. */
  readonly origin: string;
  readonly elems: readonly PathElem[];
}

export const rootPath: Path = { origin: '', elems: [] };

const noKeys: Readonly<Record<string, string>> = Object.freeze({});

export function elem(name: string, keys: Readonly<Record<string, string>> = noKeys): PathElem {
  return { name, keys };
}

/** Canonical text: two paths are equal exactly when their texts are. */
export function formatPath(path: Path): string {
  let body = '';
  for (const part of path.elems) body += `/${formatElem(part)}`;
  if (body === '') body = '/';
  return path.origin === '' || path.origin === 'openconfig' ? body : `${path.origin}:${body}`;
}

/** Runs for every update received, so the common case (nothing to escape, at most one key) makes no extra objects. */
export function formatElem({ name, keys }: PathElem): string {
  let text = escaped(name, specialInName);
  for (const key of sortedNames(keys)) {
    text += `[${escaped(key, specialInKey)}=${escaped(keys[key]!, specialInValue)}]`;
  }
  return text;
}

const specialInName = /[\\/[]/;
const specialInKey = /[\\=\]]/;
const specialInValue = /[\\\]]/;

function escaped(text: string, special: RegExp): string {
  return special.test(text) ? text.replace(new RegExp(special, 'g'), '\\$&') : text;
}

function sortedNames(keys: Readonly<Record<string, string>>): readonly string[] {
  const names = Object.keys(keys);
  return names.length > 1 ? names.sort() : names;
}

/** The path without keys: what a series measures, on whichever instance. */
export function metricOf(path: Path): string {
  return formatPath({ origin: path.origin, elems: path.elems.map((part) => elem(part.name)) });
}

/**
 * All keys of a path in one flat object, each named `element/key` (`interface/name`): `name` alone would collide in
 * `/network-instance[name=a]/protocol[name=b]`. The deeper of two equal names wins.
 */
export function keysOf(path: Path): Record<string, string> {
  const all: Record<string, string> = {};
  for (const part of path.elems) {
    for (const [name, value] of Object.entries(part.keys)) all[`${part.name}/${name}`] = value;
  }
  return all;
}

export function joinPaths(prefix: Path, path: Path): Path {
  if (prefix.elems.length === 0 && prefix.origin === '') return path;
  return {
    origin: prefix.origin === '' ? path.origin : prefix.origin,
    elems: [...prefix.elems, ...path.elems],
  };
}

/** True when `path` lies at or below `container`, element by element, never by text prefix. Wildcards match. */
export function isWithin(container: Path, path: Path): boolean {
  return (
    sameOrigin(container.origin, path.origin) && matchElems(container.elems, path.elems, 'prefix')
  );
}

/**
 * True when `pattern` names exactly `path`: `*` stands for one element or one key value, `...` for any depth, and keys
 * that the pattern does not mention match all (gNMI path conventions §3.3).
 */
export function matchesPath(pattern: Path, path: Path): boolean {
  return sameOrigin(pattern.origin, path.origin) && matchElems(pattern.elems, path.elems, 'whole');
}

function sameOrigin(left: string, right: string): boolean {
  return (left || 'openconfig') === (right || 'openconfig');
}

function matchElems(
  pattern: readonly PathElem[],
  elems: readonly PathElem[],
  extent: 'whole' | 'prefix',
  patternAt = 0,
  elemAt = 0,
): boolean {
  for (; patternAt < pattern.length; patternAt += 1, elemAt += 1) {
    const wanted = pattern[patternAt]!;
    if (wanted.name === '...') {
      for (let skip = elemAt; skip <= elems.length; skip += 1) {
        if (matchElems(pattern, elems, extent, patternAt + 1, skip)) return true;
      }
      return false;
    }
    const given = elems[elemAt];
    if (given === undefined || !matchElem(wanted, given)) return false;
  }
  return extent === 'prefix' || elemAt === elems.length;
}

function matchElem(wanted: PathElem, given: PathElem): boolean {
  if (wanted.name !== '*' && wanted.name !== given.name) return false;
  for (const [name, value] of Object.entries(wanted.keys)) {
    if (!Object.hasOwn(given.keys, name)) return false;
    if (value !== '*' && value !== given.keys[name]) return false;
  }
  return true;
}

const originBefore = /^([A-Za-z_][A-Za-z0-9_.-]*):(?=\/|$)/;

/** The origin as it stands in a path's text, `openconfig` too; null where none does. */
export function writtenOrigin(text: string): string | null {
  return originBefore.exec(text)?.[1] ?? null;
}

/** Reads the text form. A leading `/` may be left out; `origin:` only counts before the first `/`. */
export function parsePath(text: string): Result<Path> {
  const origin = originBefore.exec(text);
  const body = origin === null ? text : text.slice(origin[0].length);
  const elems: PathElem[] = [];
  const reader = new PathReader(body);
  while (reader.more()) {
    const part = reader.readElem();
    if (!part.ok) return refuse(`not a path: "${text}" (${part.problem})`);
    elems.push(part.value);
  }
  const named = origin?.[1] ?? '';
  return ok({ origin: named === 'openconfig' ? '' : named, elems });
}

/** One element as it stands in a path's text, `interface[name=Ethernet1/1]`; null where the text is none, or more. */
export function parseElem(text: string): PathElem | null {
  const reader = new PathReader(text);
  const part = reader.readElem();
  return part.ok && !reader.more() && !/^\/|\/$/.test(text) ? part.value : null;
}

class PathReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    if (text.startsWith('/')) this.#at = 1;
  }

  more(): boolean {
    return this.#at < this.#text.length;
  }

  readElem(): Result<PathElem> {
    const name = this.#readUntil('/[');
    if (name === '') return refuse(`an element's name is missing at character ${this.#at + 1}`);
    const keys: Record<string, string> = {};
    while (this.#text[this.#at] === '[') {
      this.#at += 1;
      const key = this.#readUntil('=]');
      if (this.#text[this.#at] !== '=' || key === '')
        return refuse(`expected [key=value] after "${name}"`);
      this.#at += 1;
      const value = this.#readUntil(']');
      if (this.#text[this.#at] !== ']') return refuse(`the "[" after "${name}" is never closed`);
      if (Object.hasOwn(keys, key)) return refuse(`the key "${key}" stands twice`);
      this.#at += 1;
      Object.defineProperty(keys, key, {
        value,
        enumerable: true,
        writable: true,
        configurable: true,
      });
    }
    const next = this.#text[this.#at];
    if (next === '/') this.#at += 1;
    else if (next !== undefined) return refuse(`expected "/" at character ${this.#at + 1}`);
    return ok({ name, keys });
  }

  #readUntil(stops: string): string {
    let out = '';
    for (; this.#at < this.#text.length; this.#at += 1) {
      let char = this.#text[this.#at]!;
      if (stops.includes(char)) break;
      if (char === '\\' && this.#at + 1 < this.#text.length) {
        this.#at += 1;
        char = this.#text[this.#at]!;
      }
      out += char;
    }
    return out;
  }
}
