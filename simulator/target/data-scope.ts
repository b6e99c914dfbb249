/** What a request takes of what its paths name: `use_models` (gNMI §2.6) and the extensions that bear on it. */
import type { Path } from '../../core/telemetry/path.ts';
import type { ModelData } from '../../proto/generated/gnmi/gnmi.ts';
import type { Extension } from '../../proto/generated/gnmi_ext/gnmi_ext.ts';
import { modelOf, servedModels } from './served-models.ts';
import type { SchemaTree } from './schema-tree.ts';
import { TargetRefusal } from './target-error.ts';

export interface DataScope {
  /** Names; null: whatever model a leaf is of. */
  readonly models: ReadonlySet<string> | null;
  /** Elements that a leaf may lie below the path asked for; Infinity: any. */
  readonly depth: number;
}

export const wholeScope: DataScope = { models: null, depth: Infinity };

export function isWhole({ models, depth }: DataScope): boolean {
  return models === null && depth === Infinity;
}

/** Throws TargetRefusal for a model that is not served, and for an extension that would have to be heeded. */
export function scopeOf(
  asked: { readonly useModels: readonly ModelData[]; readonly extension: readonly Extension[] },
  schema: SchemaTree,
): DataScope {
  return { models: modelsOf(asked.useModels, schema), depth: depthOf(asked.extension) };
}

export function isInScope({ models, depth }: DataScope, pattern: Path, leaf: Path): boolean {
  if (depth !== Infinity && leaf.elems.length - elemsNamed(pattern) > depth) return false;
  return models === null || models.has(modelOf(leaf));
}

/** `...` stands for any number of elements, so nothing below it is deep. */
function elemsNamed({ elems }: Path): number {
  return elems.some(({ name }) => name === '...') ? Infinity : elems.length;
}

function modelsOf(asked: readonly ModelData[], schema: SchemaTree): ReadonlySet<string> | null {
  if (asked.length === 0) return null;
  const served = servedModels(schema);
  for (const { name, version } of asked) {
    const known = served.find((one) => one.name === name);
    if (known === undefined) {
      const names = served.map((one) => one.name).join(', ');
      throw new TargetRefusal('INVALID_ARGUMENT', `model "${name}" is not served, only ${names}`);
    }
    if (version !== '' && version !== known.version) {
      const sentence = `model ${name} is served in version ${known.version}, not in "${version}"`;
      throw new TargetRefusal('INVALID_ARGUMENT', sentence);
    }
  }
  return new Set(asked.map(({ name }) => name));
}

function depthOf(extensions: readonly Extension[]): number {
  let depth = Infinity;
  for (const { ext } of extensions) {
    switch (ext?.$case) {
      case 'depth':
        // 0 asks for no limit.
        depth = ext.value.level === 0 ? Infinity : ext.value.level;
        break;
      case 'history':
        throw notServed('history', 'this target knows only what is now');
      case 'configSubscription':
        throw notServed('config_subscription', 'nothing is configured here');
      case 'commit':
        throw notServed('commit', 'this target is read-only');
      case 'masterArbitration':
        throw notServed('master_arbitration', 'this target is read-only');
      case 'registeredExt':
      case undefined:
        // Who does not know an extension by its number leaves it alone (gNMI extensions).
        break;
      default:
        ext satisfies never;
    }
  }
  return depth;
}

function notServed(extension: string, why: string): TargetRefusal {
  return new TargetRefusal('UNIMPLEMENTED', `the extension ${extension} is not served: ${why}`);
}
