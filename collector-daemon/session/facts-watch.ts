/**
 * Follows what one device says of itself. Facts are told when the initial set is complete, so that half of them never
 * replaces what was known; leaves that matter to no fact are let go then.
 */
import type { ReportedFacts } from '../../core/contract/device.ts';
import type { Notification } from '../../core/telemetry/notification.ts';
import { formatPath, isWithin, type Path } from '../../core/telemetry/path.ts';
import { textOf } from '../../core/telemetry/value.ts';
import {
  componentLeaves,
  mattersToFacts,
  reportedFacts,
  type SaidOfDevice,
  systemLeaves,
} from './reported-facts.ts';

interface Said {
  readonly path: Path;
  readonly text: string;
}

export class FactsWatch {
  readonly #said = new Map<string, Said>();
  #facts: ReportedFacts | undefined;
  #synced = false;
  #changed = false;

  accept(notification: Notification): void {
    switch (notification.kind) {
      case 'update':
        this.#update(notification);
        return;
      case 'sync':
        this.#synced = true;
        this.#changed = true;
        return;
      case 'gap':
        // What was complete before the break is worked out while it is there.
        this.#facts = this.facts;
        this.#said.clear();
        this.#synced = false;
        return;
      default:
        notification satisfies never;
    }
  }

  /** Undefined until the device has sent its first whole set. */
  get facts(): ReportedFacts | undefined {
    if (this.#synced && this.#changed) {
      this.#changed = false;
      this.#facts = reportedFacts(this.#sorted());
    }
    return this.#facts;
  }

  #update({ deletes, atomicUnder, updates }: Extract<Notification, { kind: 'update' }>): void {
    for (const path of deletes) this.#forget(path);
    if (atomicUnder !== null) this.#forget(atomicUnder);
    for (const { path, value } of updates) {
      if (!isFact(path)) continue;
      this.#said.set(formatPath(path), { path, text: textOf(value) });
      this.#changed = true;
    }
  }

  #forget(container: Path): void {
    for (const [key, { path }] of this.#said) {
      if (!isWithin(container, path)) continue;
      this.#said.delete(key);
      this.#changed = true;
    }
  }

  #sorted(): SaidOfDevice {
    const system = new Map<string, string>();
    const components = new Map<string, Map<string, string>>();
    for (const { path, text } of this.#said.values()) {
      const leaf = path.elems.at(-1)!.name;
      if (path.elems[0]!.name === 'system') {
        system.set(leaf, text);
        continue;
      }
      const name = componentName(path);
      const leaves = components.get(name) ?? new Map<string, string>();
      components.set(name, leaves.set(leaf, text));
    }
    this.#letGo(components);
    return { system, components };
  }

  /** A big chassis has hundreds of components. */
  #letGo(components: SaidOfDevice['components']): void {
    for (const [key, { path }] of this.#said) {
      if (path.elems[0]!.name === 'system') continue;
      const name = componentName(path);
      if (!mattersToFacts(name, components.get(name)!)) this.#said.delete(key);
    }
  }
}

/** `/system/state/LEAF` or `/components/component[name=…]/state/LEAF`; runs for every update received. */
function isFact({ elems }: Path): boolean {
  const root = elems[0]?.name;
  if (root === 'system') {
    return elems.length === 3 && elems[1]!.name === 'state' && systemLeaves.has(elems[2]!.name);
  }
  return (
    root === 'components' &&
    elems.length === 4 &&
    elems[1]!.name === 'component' &&
    elems[2]!.name === 'state' &&
    componentLeaves.has(elems[3]!.name)
  );
}

function componentName(path: Path): string {
  return path.elems[1]!.keys['name'] ?? '';
}
