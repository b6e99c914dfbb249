/** A leaf or spine switch with OpenConfig leaves; the same seed, name and start make the same switch. */
import { hashText, unitAt } from '../random.ts';
import type { DeviceModel, ModelChange, ModelLeaf } from '../target/device-model.ts';
import { addComponent, transceiver } from './inventory.ts';
import { LeafSet } from './leaf-set.ts';
import { addBgpLeaves, refreshLldp } from './neighbor-leaves.ts';
import { addPlatformLeaves } from './platform-leaves.ts';
import { addPortLeaves } from './port-leaves.ts';
import { SwitchPort, type PortOptions } from './switch-port.ts';

const dayMs = 86_400_000;

export interface SwitchOptions {
  readonly name: string;
  readonly seed: number;
  readonly asNumber: number;
  readonly startAtMs: number;
  readonly ports: readonly Omit<PortOptions, 'bootedAtMs' | 'startAtMs'>[];
}

export class SwitchModel implements DeviceModel {
  readonly name: string;
  readonly ports: ReadonlyMap<string, SwitchPort>;
  readonly #leaves = new LeafSet();
  #nowMs: number;

  constructor(options: SwitchOptions) {
    this.name = options.name;
    this.#nowMs = options.startAtMs;
    const bootedAtMs = bootTimeOf(options);
    const times = { bootedAtMs, startAtMs: options.startAtMs };
    this.ports = new Map(
      options.ports.map((port) => [port.name, new SwitchPort({ ...port, ...times })]),
    );
    this.#addLeaves(options, bootedAtMs);
  }

  get tickedAtMs(): number {
    return this.#nowMs;
  }

  leaves(): Iterable<ModelLeaf> {
    return this.#leaves.leaves();
  }

  tick(nowMs: number): void {
    if (nowMs <= this.#nowMs) return;
    const fromMs = this.#nowMs;
    this.#nowMs = nowMs;
    for (const port of this.ports.values()) port.advance(fromMs, nowMs);
    this.refresh();
  }

  /** Announces what changed other than with time: a link that went down or came back. */
  refresh(): void {
    for (const port of this.ports.values()) refreshLldp(this.#leaves, port);
    this.#leaves.announce();
  }

  onChange(listener: (change: ModelChange) => void): Disposable {
    return this.#leaves.onChange(listener);
  }

  #addLeaves(options: SwitchOptions, bootedAtMs: number): void {
    const now = () => this.#nowMs;
    const seedText = `${options.seed}/${this.name}`;
    addPlatformLeaves(
      this.#leaves,
      {
        name: this.name,
        seedText,
        ports: this.ports.size,
        bootedAtMs,
      },
      now,
    );
    for (const port of this.ports.values()) {
      addPortLeaves(this.#leaves, port, now);
      if (port.options.link !== null) {
        addComponent(this.#leaves, transceiver(port.options.name, seedText));
      }
      refreshLldp(this.#leaves, port);
      const { peer, link } = port.options;
      if (peer === null || link === null) continue;
      const session = { peer, link, localAs: options.asNumber, bootedAtMs: link.changedAtMs };
      addBgpLeaves(this.#leaves, session, now);
    }
  }
}

/** Between 20 and 200 days ago, and the same when the simulation is started anew. */
function bootTimeOf({ seed, name, startAtMs }: SwitchOptions): number {
  const offsetMs = Math.floor(bootEveryMs * unitAt(hashText(`${seed}/${name}/boot`), 0));
  const latestMs = startAtMs - 20 * dayMs;
  return Math.floor((latestMs - offsetMs) / bootEveryMs) * bootEveryMs + offsetMs;
}

const bootEveryMs = 180 * dayMs;
