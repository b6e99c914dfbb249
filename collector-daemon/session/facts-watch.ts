/**
 * Follows what one device says of itself. Facts are told once the initial set is complete, so that half of them never
 * replaces what was known; of what the device does not speak of nothing is told, for it may only be late, or refused
 * this time. Leaves that matter to no fact are let go.
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
  /** When it was first received. */
  readonly sinceMs: number;
}

/** A component's type may come in a later message than its serial, and after the sync. */
const typePatienceMs = 10_000;

export class FactsWatch {
  readonly #said = new Map<string, Said>();
  #told: Partial<ReportedFacts> = {};
  /** As last worked out of what was said since the connect. */
  #current: ReportedFacts | null = null;
  /** null: not complete yet. */
  #syncedAtMs: number | null = null;
  #nowMs = 0;
  /** When the next leaf has waited long enough for its component's type. */
  #letGoAtMs = Infinity;
  #changed = false;

  accept(notification: Notification): void {
    this.#nowMs = notification.receivedAtMs;
    switch (notification.kind) {
      case 'update':
        this.#update(notification);
        return;
      case 'sync':
        this.#syncedAtMs = notification.receivedAtMs;
        this.#changed = true;
        return;
      case 'gap':
        // What was complete before the break is worked out while it is there.
        this.#workOut();
        this.#said.clear();
        this.#current = null;
        this.#syncedAtMs = null;
        return;
      default:
        notification satisfies never;
    }
  }

  /**
   * What the device told since the watch began. Left out: it did not speak of it; null: it took it back. Undefined until
   * it has told anything.
   */
  get facts(): Partial<ReportedFacts> | undefined {
    this.#workOut();
    return Object.keys(this.#told).length === 0 ? undefined : this.#told;
  }

  #workOut(): void {
    if (this.#syncedAtMs === null || !this.#changed) return;
    this.#changed = false;
    const facts = reportedFacts(this.#sorted());
    this.#told = { ...this.#told, ...news(facts, this.#current) };
    this.#current = facts;
  }

  #update(notification: Extract<Notification, { kind: 'update' }>): void {
    const { receivedAtMs, deletes, atomicUnder, updates } = notification;
    this.#forget(atomicUnder === null ? deletes : [...deletes, atomicUnder]);
    for (const { path, value } of updates) {
      if (!isFact(path)) continue;
      const key = formatPath(path);
      const sinceMs = this.#said.get(key)?.sinceMs ?? receivedAtMs;
      this.#said.set(key, { path, text: textOf(value), sinceMs });
      this.#changed = true;
    }
    if (receivedAtMs >= this.#letGoAtMs) this.#changed = true;
  }

  #forget(containers: readonly Path[]): void {
    if (containers.length === 0) return;
    const gone = [...this.#said].filter(([, { path }]) =>
      containers.some((container) => isWithin(container, path)),
    );
    if (gone.length === 0) return;
    // Only what was told can be taken back.
    this.#workOut();
    for (const [key] of gone) this.#said.delete(key);
    this.#changed = true;
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
    this.#letGoAtMs = Infinity;
    for (const [key, { path, sinceMs }] of this.#said) {
      if (path.elems[0]!.name === 'system') continue;
      const name = componentName(path);
      const leaves = components.get(name)!;
      if (mattersToFacts(name, leaves)) continue;
      const atMs = Math.max(sinceMs, this.#syncedAtMs ?? sinceMs) + typePatienceMs;
      if (leaves.has('type') || atMs <= this.#nowMs) this.#said.delete(key);
      else this.#letGoAtMs = Math.min(this.#letGoAtMs, atMs);
    }
  }
}

/** What is said now, and null for what was said before and is not any more. */
function news(facts: ReportedFacts, before: ReportedFacts | null): Partial<ReportedFacts> {
  const names = Object.keys(facts) as (keyof ReportedFacts)[];
  return Object.fromEntries(
    names
      .filter((name) => facts[name] !== null || (before?.[name] ?? null) !== null)
      .map((name) => [name, facts[name]]),
  );
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
