/** Paths as clients send them, joined with their prefix and checked (gNMI §2.2.2, path conventions §2). */
import { elem, type Path, type PathElem } from '../../core/telemetry/path.ts';
import type { Path as WirePath } from '../../proto/generated/gnmi/gnmi.ts';
import { TargetRefusal } from './target-error.ts';

/** The full path that a request means; throws TargetRefusal where the two parts contradict each other. */
export function requestedPath(prefix: WirePath | undefined, path: WirePath | undefined): Path {
  if ((path?.target ?? '') !== '') {
    throw refusal(`target "${path!.target}" stands in a path; it belongs in the prefix only`);
  }
  if ((prefix?.element.length ?? 0) > 0 || (path?.element.length ?? 0) > 0) {
    throw refusal('the deprecated field "element" is not read; send "elem"');
  }
  return {
    origin: originOf(prefix?.origin ?? '', path?.origin ?? ''),
    elems: [...(prefix?.elem ?? []), ...(path?.elem ?? [])].map((part) => {
      if (part.name === '') throw refusal('a path element has no name');
      return elem(part.name, part.key);
    }),
  };
}

function originOf(inPrefix: string, inPath: string): string {
  if (inPrefix !== '' && inPath !== '') {
    throw refusal(`origin "${inPrefix}" in the prefix and "${inPath}" in the path; send one`);
  }
  const origin = inPrefix || inPath;
  if (origin !== '' && origin !== 'openconfig') {
    throw new TargetRefusal('UNIMPLEMENTED', `origin "${origin}" is not served, only "openconfig"`);
  }
  return origin;
}

export function wirePathOf(path: {
  readonly origin?: string;
  readonly elems: readonly PathElem[];
  readonly target?: string;
}): WirePath {
  return {
    element: [],
    origin: path.origin ?? '',
    target: path.target ?? '',
    elem: path.elems.map((part) => ({ name: part.name, key: { ...part.keys } })),
  };
}

function refusal(details: string): TargetRefusal {
  return new TargetRefusal('INVALID_ARGUMENT', details);
}
