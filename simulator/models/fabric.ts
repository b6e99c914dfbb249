/**
 * A leaf/spine fabric: every leaf has one cable to every spine. Cables are shared objects and traffic is keyed by cable,
 * so LLDP, BGP and counters of the two ends agree.
 */
import { NocturneError } from '../../core/errors.ts';
import { hashText } from '../random.ts';
import { Link } from './link.ts';
import { SwitchModel, type SwitchOptions } from './switch-model.ts';
import type { PortPeer } from './switch-port.ts';

export interface FabricOptions {
  readonly leaves: number;
  readonly spines: number;
  readonly seed: number;
  /** Device time at the start, ms since the epoch. */
  readonly startAtMs: number;
  /** Server ports of each leaf; the last one is shut. 12 when left out. */
  readonly accessPorts?: number | undefined;
}

export interface FabricDevice {
  readonly role: 'leaf' | 'spine';
  readonly model: SwitchModel;
}

type PortPlan = SwitchOptions['ports'][number];

const gigabit = 1e9;
const plugEveryMs = 10 * 86_400_000;
const spineAs = 65_000;

export class Fabric {
  readonly devices: readonly FabricDevice[];
  readonly #options: FabricOptions;
  readonly #accessPorts: number;
  readonly #links = new Map<string, Link>();

  constructor(options: FabricOptions) {
    this.#options = options;
    this.#accessPorts = options.accessPorts ?? 12;
    const { leaves, spines } = options;
    if (leaves > 250 || spines > 250) {
      throw new NocturneError(
        'CONFIG_INVALID',
        `a fabric of ${leaves} leaves and ${spines} spines is too large; the most is 250 of each`,
      );
    }
    this.devices = [
      ...range(leaves).map((leaf) => this.#makeLeaf(leaf)),
      ...range(spines).map((spine) => this.#makeSpine(spine)),
    ];
  }

  device(name: string): SwitchModel | null {
    return this.devices.find(({ model }) => model.name === name)?.model ?? null;
  }

  /** Pulls or plugs the cable in a port; the devices at both ends see it at once. False: there is no such cable. */
  setLink(end: { readonly device: string; readonly port: string }, up: boolean, nowMs: number) {
    const model = this.device(end.device);
    const port = model?.ports.get(end.port);
    if (model === null || port === undefined || port.options.link === null) return false;
    const peer = port.options.peer === null ? null : this.device(port.options.peer.device);
    model.tick(nowMs);
    peer?.tick(nowMs);
    port.options.link.set(up, nowMs);
    model.refresh();
    peer?.refresh();
    return true;
  }

  #makeLeaf(leaf: number): FabricDevice {
    const name = leafName(leaf);
    const uplinks = range(this.#options.spines).map((spine) => this.#uplink(leaf, spine));
    const ports = [...range(this.#accessPorts).map((at) => this.#accessPort(name, at)), ...uplinks];
    return { role: 'leaf', model: this.#makeSwitch(name, leafAs(leaf), ports) };
  }

  #makeSpine(spine: number): FabricDevice {
    const ports = range(this.#options.leaves).map((leaf) => this.#downlink(leaf, spine));
    return { role: 'spine', model: this.#makeSwitch(spineName(spine), spineAs, ports) };
  }

  #makeSwitch(name: string, asNumber: number, ports: readonly PortPlan[]): SwitchModel {
    const { seed, startAtMs } = this.#options;
    return new SwitchModel({ name, seed, asNumber, startAtMs, ports });
  }

  #accessPort(device: string, at: number): PortPlan {
    const used = at < this.#accessPorts - 1;
    const key = `${this.#options.seed}/${device}/${at}`;
    return {
      name: portName(at),
      ifindex: at + 1,
      description: used ? `server-${device.slice(-2)}-${pad(at + 1)}` : '',
      speedBps: 25 * gigabit,
      link: used ? this.#link(key) : null,
      peer: null,
      inKey: `${key}/in`,
      outKey: `${key}/out`,
    };
  }

  #uplink(leaf: number, spine: number): PortPlan {
    const key = this.#cableKey(leaf, spine);
    const at = this.#accessPorts + spine;
    return {
      name: portName(at),
      ifindex: at + 1,
      description: `${spineName(spine)} ${portName(leaf)}`,
      speedBps: 100 * gigabit,
      link: this.#link(key),
      peer: this.#spineEnd(leaf, spine),
      inKey: `${key}/down`,
      outKey: `${key}/up`,
    };
  }

  #downlink(leaf: number, spine: number): PortPlan {
    const key = this.#cableKey(leaf, spine);
    return {
      name: portName(leaf),
      ifindex: leaf + 1,
      description: `${leafName(leaf)} ${portName(this.#accessPorts + spine)}`,
      speedBps: 100 * gigabit,
      link: this.#link(key),
      peer: this.#leafEnd(leaf, spine),
      inKey: `${key}/up`,
      outKey: `${key}/down`,
    };
  }

  #spineEnd(leaf: number, spine: number): PortPeer {
    return {
      device: spineName(spine),
      port: portName(leaf),
      chassisId: chassisId(spineName(spine)),
      localAddress: cableAddress(leaf, spine, 1),
      address: cableAddress(leaf, spine, 0),
      asNumber: spineAs,
    };
  }

  #leafEnd(leaf: number, spine: number): PortPeer {
    return {
      device: leafName(leaf),
      port: portName(this.#accessPorts + spine),
      chassisId: chassisId(leafName(leaf)),
      localAddress: cableAddress(leaf, spine, 0),
      address: cableAddress(leaf, spine, 1),
      asNumber: leafAs(leaf),
    };
  }

  #cableKey(leaf: number, spine: number): string {
    return `${this.#options.seed}/${leafName(leaf)}-${spineName(spine)}`;
  }

  #link(key: string): Link {
    let link = this.#links.get(key);
    if (link === undefined) {
      this.#links.set(key, (link = new Link(pluggedAtMs(this.#options.startAtMs))));
    }
    return link;
  }
}

/** Cables have been up for 10 to 20 days, since the same moment when the simulation is started anew. */
function pluggedAtMs(startAtMs: number): number {
  return (Math.floor(startAtMs / plugEveryMs) - 1) * plugEveryMs;
}

function leafName(leaf: number): string {
  return `leaf-${pad(leaf + 1)}`;
}

function spineName(spine: number): string {
  return `spine-${pad(spine + 1)}`;
}

function portName(at: number): string {
  return `Ethernet1/${at + 1}`;
}

function leafAs(leaf: number): number {
  return 65_101 + leaf;
}

/** A /31 a cable, the spine's end first. */
function cableAddress(leaf: number, spine: number, end: 0 | 1): string {
  return `10.${spine + 1}.${leaf + 1}.${end}`;
}

/** A locally administered MAC address made from the name. */
function chassisId(name: string): string {
  const hash = hashText(name).toString(16).padStart(8, '0');
  return ['02', '4e', ...(hash.match(/../g) ?? [])].join(':');
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, at) => at);
}
