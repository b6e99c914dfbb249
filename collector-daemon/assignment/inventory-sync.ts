/**
 * Keeps the sessions in step with the inventory: loads all targets, gives new and changed ones to a worker, takes the
 * others away. Told by NOTIFY, and looks by itself now and then in case a message was lost.
 */
import type { DeviceId, EndpointId, Epoch } from '../../core/id.ts';
import type { CollectionTarget, SessionOwner } from '../../core/inventory/collection-target.ts';
import type { LoadedTargets, RefusedTarget } from '../../service/store/inventory/inventory.ts';

export interface TargetHolder {
  assign(target: CollectionTarget): void;
  unassign(endpointId: EndpointId): void;
}

/** What the inventory wants of this collector. */
export interface HeldTargets {
  readonly collected: readonly SessionOwner[];
  /** Endpoints that cannot be collected, each with the reason. */
  readonly refused: readonly RefusedTarget[];
}

export interface InventorySyncOptions {
  readonly load: () => Promise<LoadedTargets>;
  readonly holders: readonly TargetHolder[];
  /** An endpoint that cannot be collected: told when that begins, and of every other reason. */
  readonly refused: (deviceName: string, problem: string) => void;
}

interface Placed {
  readonly deviceId: DeviceId;
  readonly revision: string;
  readonly epoch: Epoch;
  readonly holder: TargetHolder;
}

export class InventorySync {
  readonly #options: InventorySyncOptions;
  readonly #placed = new Map<EndpointId, Placed>();
  readonly #names = new Map<DeviceId, string>();
  #problems: ReadonlyMap<EndpointId, string> = new Map();

  constructor(options: InventorySyncOptions) {
    this.#options = options;
  }

  get devices(): number {
    return new Set(Array.from(this.#placed.values(), ({ deviceId }) => deviceId)).size;
  }

  /** Of a device that is collected here, or was; null of another. */
  nameOf(deviceId: DeviceId): string | null {
    return this.#names.get(deviceId) ?? null;
  }

  async run(): Promise<HeldTargets> {
    const { targets, refused } = await this.#options.load();
    for (const { deviceId, deviceName } of targets) this.#names.set(deviceId, deviceName);
    const wanted = new Set(targets.map(({ endpointId }) => endpointId));
    const gone = [...this.#placed.keys()].filter((endpointId) => !wanted.has(endpointId));
    for (const endpointId of gone) {
      this.#placed.get(endpointId)!.holder.unassign(endpointId);
      this.#placed.delete(endpointId);
    }
    this.#place(targets);
    this.#report(refused);
    return {
      collected: targets.map(({ deviceId, endpointId }) => ({ deviceId, endpointId })),
      refused,
    };
  }

  /** A device stays with its worker, with all its endpoints; a new one goes to the worker with the fewest. */
  #place(targets: readonly CollectionTarget[]): void {
    const home = new Map<DeviceId, TargetHolder>();
    for (const { deviceId, holder } of this.#placed.values()) home.set(deviceId, holder);
    for (const target of targets) {
      const { deviceId, endpointId, revision, epoch } = target;
      const placed = this.#placed.get(endpointId);
      if (placed?.revision === revision && placed.epoch === epoch) continue;
      const holder = home.get(deviceId) ?? this.#idlest();
      home.set(deviceId, holder);
      holder.assign(target);
      this.#placed.set(endpointId, { deviceId, revision, epoch, holder });
    }
  }

  #idlest(): TargetHolder {
    const load = new Map(this.#options.holders.map((holder) => [holder, 0]));
    for (const { holder } of this.#placed.values()) load.set(holder, (load.get(holder) ?? 0) + 1);
    return [...load].reduce((best, next) => (next[1] < best[1] ? next : best))[0];
  }

  #report(refused: LoadedTargets['refused']): void {
    for (const { endpointId, deviceName, problem } of refused) {
      if (this.#problems.get(endpointId) !== problem) this.#options.refused(deviceName, problem);
    }
    this.#problems = new Map(refused.map(({ endpointId, problem }) => [endpointId, problem]));
  }
}
