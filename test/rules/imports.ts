/** What a source file imports, read without a compiler: one statement may span lines, be of types only, or re-export. */
import path from 'node:path';
import type { SourceTree } from './source-tree.ts';

export interface Import {
  readonly specifier: string;
  /** `re-export`: `export … from`; `dynamic`: `import(…)`, `import.meta.resolve(…)` or `new URL(…, import.meta.url)`. */
  readonly kind: 'import' | 're-export' | 'dynamic';
}

const quoted = `['"]([^'"\\n]+)['"]`;
const patterns: readonly { readonly kind: Import['kind']; readonly pattern: RegExp }[] = [
  { kind: 'import', pattern: new RegExp(`^import\\b(?:[^'"();]*?\\bfrom)?\\s*${quoted}`, 'gm') },
  { kind: 're-export', pattern: new RegExp(`^export\\b[^'"();=]*?\\bfrom\\s*${quoted}`, 'gm') },
  { kind: 'dynamic', pattern: new RegExp(`\\bimport\\(\\s*${quoted}`, 'g') },
  { kind: 'dynamic', pattern: new RegExp(`\\bimport\\.meta\\.resolve\\(\\s*${quoted}`, 'g') },
  {
    kind: 'dynamic',
    pattern: new RegExp(`\\bnew URL\\(\\s*${quoted}\\s*,\\s*import\\.meta\\.url`, 'g'),
  },
];

export function importsOf(text: string): readonly Import[] {
  const code = withoutComments(text);
  return patterns.flatMap(({ kind, pattern }) =>
    Array.from(code.matchAll(pattern), ([, specifier]) => ({ kind, specifier: specifier! })),
  );
}

/** Comments become white space; strings and templates stay, so that `//` in an address is no comment. */
export function withoutComments(text: string): string {
  const stringOrComment =
    /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`|\/\*[^]*?\*\/|\/\/[^\n]*/g;
  return text.replace(stringOrComment, (part) =>
    part.startsWith('/') ? part.replace(/[^\n]/g, ' ') : part,
  );
}

/** The path of the file that a relative specifier means, or null where it names a package. */
export function resolveImport(from: string, specifier: string): string | null {
  return specifier.startsWith('.') ? path.posix.join(path.posix.dirname(from), specifier) : null;
}

/** `@orpc/contract/x` → `@orpc/contract`; `node:fs` stays. */
export function packageOf(specifier: string): string {
  const [scope, name] = specifier.split('/');
  return scope!.startsWith('@') ? `${scope}/${name}` : scope!;
}

export type ImportGraph = ReadonlyMap<string, readonly string[]>;

/** Which file of the tree imports which. */
export function importGraph(tree: SourceTree): ImportGraph {
  return new Map(
    Array.from(tree, ([file, text]) => {
      const targets = importsOf(text)
        .filter(({ kind }) => kind !== 'dynamic')
        .flatMap(({ specifier }) => resolveImport(file, specifier) ?? []);
      return [file, [...new Set(targets)].filter((target) => tree.has(target))] as const;
    }),
  );
}
