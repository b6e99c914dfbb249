/**
 * Keeps the sessions in step with the inventory: loads all targets, gives new and changed ones to a worker, takes the
 * others away. Told by NOTIFY, and looks by itself now and then in case a message was lost.
 */
import type { DeviceId, Epoch } from '../../core/id.ts';
import type { CollectionTarget } from '../../core/inventory/collection-target.ts';
import type { LoadedTargets } from '../../service/store/inventory/inventory.ts';

export interface TargetHolder {
  assign(target: CollectionTarget): void;
  unassign(deviceId: DeviceId): void;
}

/** What the inventory wants of this collector. */
export interface HeldDevices {
  readonly collected: ReadonlySet<DeviceId>;
  /** Devices that cannot be collected, each with the reason. */
  readonly refused: ReadonlyMap<DeviceId, string>;
}

export interface InventorySyncOptions {
  readonly load: () => Promise<LoadedTargets>;
  readonly holders: readonly TargetHolder[];
  /** A device that cannot be collected: told when that begins, and of every other reason. */
  readonly refused: (deviceName: string, problem: string) => void;
}

interface Placed {
  readonly revision: string;
  readonly epoch: Epoch;
  readonly holder: TargetHolder;
}

export class InventorySync {
  readonly #options: InventorySyncOptions;
  readonly #placed = new Map<DeviceId, Placed>();
  #refused: ReadonlyMap<DeviceId, string> = new Map();

  constructor(options: InventorySyncOptions) {
    this.#options = options;
  }

  get devices(): number {
    return this.#placed.size;
  }

  async run(): Promise<HeldDevices> {
    const { targets, refused } = await this.#options.load();
    const wanted = new Set(targets.map(({ deviceId }) => deviceId));
    const gone = [...this.#placed.keys()].filter((deviceId) => !wanted.has(deviceId));
    for (const deviceId of gone) {
      this.#placed.get(deviceId)!.holder.unassign(deviceId);
      this.#placed.delete(deviceId);
    }
    for (const target of targets) this.#place(target);
    this.#report(refused);
    return { collected: wanted, refused: this.#refused };
  }

  /** A device stays with its worker; a new one goes to the worker with the fewest. */
  #place(target: CollectionTarget): void {
    const placed = this.#placed.get(target.deviceId);
    const { revision, epoch } = target;
    if (placed?.revision === revision && placed.epoch === epoch) return;
    const holder = placed?.holder ?? this.#idlest();
    holder.assign(target);
    this.#placed.set(target.deviceId, { revision, epoch, holder });
  }

  #idlest(): TargetHolder {
    const load = new Map(this.#options.holders.map((holder) => [holder, 0]));
    for (const { holder } of this.#placed.values()) load.set(holder, (load.get(holder) ?? 0) + 1);
    return [...load].reduce((best, next) => (next[1] < best[1] ? next : best))[0];
  }

  #report(refused: LoadedTargets['refused']): void {
    for (const { deviceId, deviceName, problem } of refused) {
      if (this.#refused.get(deviceId) !== problem) this.#options.refused(deviceName, problem);
    }
    this.#refused = new Map(refused.map(({ deviceId, problem }) => [deviceId, problem]));
  }
}
