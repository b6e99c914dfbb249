/** Many devices in one process: a fabric of switches, and this machine itself when wanted, each on a port of its own. */
import { demoScript } from './faults/demo-script.ts';
import type { Fault, FaultScript } from './faults/fault.ts';
import { FaultRunner } from './faults/fault-runner.ts';
import { startHostModel } from './host/host-model.ts';
import { Fabric } from './models/fabric.ts';
import type { DeviceModel } from './target/device-model.ts';
import type { TargetTls } from './target/grpc-listener.ts';
import type { SamplingLimits } from './target/subscription-plan.ts';
import { startTarget, type LoginCredentials, type Target } from './target/target.ts';
import { systemTimer, type Timer } from './timer.ts';

export interface SimulatorOptions {
  /** Switches in all, spines included; 0 for none. */
  readonly count: number;
  /** 2 when left out, or as many as leave room for one leaf. */
  readonly spines?: number | undefined;
  readonly seed?: number | undefined;
  /** 127.0.0.1 when left out. */
  readonly host?: string | undefined;
  /** Device i listens on basePort + i; 0 (the default): any free ports. */
  readonly basePort?: number | undefined;
  readonly timer?: Timer | undefined;
  readonly sampling?: Partial<SamplingLimits> | undefined;
  readonly login?: LoginCredentials | undefined;
  readonly tls?: TargetTls | undefined;
  /** `demo`: the built-in script; none when left out. */
  readonly faults?: FaultScript | 'demo' | undefined;
  /** Serves this machine's own counters as one more device, after the switches. */
  readonly hostTarget?: boolean | undefined;
  /** Told one line a fault. */
  readonly report?: ((line: string) => void) | undefined;
}

export interface SimulatedTarget {
  readonly name: string;
  /** `host:port` as a client dials it. */
  readonly address: string;
  readonly port: number;
  readonly role: 'leaf' | 'spine' | 'host';
}

export interface Simulator extends AsyncDisposable {
  readonly targets: readonly SimulatedTarget[];
  /** The running targets by name, for tests that look inside. */
  readonly running: ReadonlyMap<string, Target>;
  readonly fabric: Fabric;
  /** Begins a fault now; throws NOT_FOUND for a device or port that is not there. */
  inject(fault: Fault): void;
}

interface Device {
  readonly role: SimulatedTarget['role'];
  readonly model: DeviceModel;
}

/** Throws PORT_TAKEN or ADDRESS_INVALID with everything closed again; disposing leaves nothing that keeps the process. */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const { timer = systemTimer, report = () => {} } = options;
  const fabric = new Fabric(fabricOptionsOf(options, timer));
  const devices: Device[] = [...fabric.devices];
  if (options.hostTarget === true) devices.push({ role: 'host', model: startHostModel(timer) });
  await using stack = new AsyncDisposableStack();
  const running = new Map<string, Target>();
  for (const [at, { model }] of devices.entries()) {
    const target = await startTarget(targetOptionsOf(options, { model, timer, at }));
    running.set(model.name, stack.use(target));
  }
  const faults = stack.use(new FaultRunner({ timer, fabric, targets: running, report }));
  const script = scriptOf(options.faults, fabric);
  if (script !== null) faults.run(script);
  const owned = stack.move();
  return {
    targets: devices.map(({ role, model }) => describe(role, running.get(model.name)!)),
    running,
    fabric,
    inject: (fault) => faults.inject(fault),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

function fabricOptionsOf(options: SimulatorOptions, timer: Timer) {
  const spines = Math.min(options.spines ?? 2, Math.max(0, options.count - 1));
  return {
    leaves: options.count - spines,
    spines,
    seed: options.seed ?? 1,
    startAtMs: timer.nowMs(),
  };
}

function targetOptionsOf(
  options: SimulatorOptions,
  { model, timer, at }: { readonly model: DeviceModel; readonly timer: Timer; readonly at: number },
) {
  const { host, basePort = 0, login, tls, sampling } = options;
  return { model, timer, host, port: basePort === 0 ? 0 : basePort + at, login, tls, sampling };
}

function scriptOf(faults: SimulatorOptions['faults'], fabric: Fabric): FaultScript | null {
  if (faults !== 'demo') return faults ?? null;
  const leaves = fabric.devices.filter(({ role }) => role === 'leaf');
  const [leaf, lastLeaf] = [leaves[0], leaves.at(-1)];
  const uplink = [...(leaf?.model.ports.values() ?? [])].find((port) => port.options.peer !== null);
  if (leaf === undefined || lastLeaf === undefined || uplink === undefined) return null;
  return demoScript({
    leaf: leaf.model.name,
    uplink: uplink.options.name,
    lastLeaf: lastLeaf.model.name,
  });
}

function describe(role: SimulatedTarget['role'], target: Target): SimulatedTarget {
  const host = target.host.includes(':') ? `[${target.host}]` : target.host;
  return { name: target.name, address: `${host}:${target.port}`, port: target.port, role };
}
