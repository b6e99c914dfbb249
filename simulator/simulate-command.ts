/** What `nocturne simulate` does: runs a simulator until it is told to stop, and says where its devices listen. */
import { readFile } from 'node:fs/promises';
import { NocturneError, sentenceOf } from '../core/errors.ts';
import { parseFaultScript, type FaultScript } from './faults/fault.ts';
import { startSimulator, type Simulator, type SimulatorOptions } from './simulator-service.ts';
import type { TargetTls } from './target/grpc-listener.ts';
import { scaledTimer } from './timer.ts';

export interface SimulateOptions {
  /** Switches in all, spines included. */
  readonly count: number;
  readonly spines?: number | undefined;
  /** Device i listens on basePort + i. */
  readonly basePort: number;
  readonly host?: string | undefined;
  readonly seed?: number | undefined;
  /** `demo` (the default), `none`, or a file with a fault script. */
  readonly faults?: string | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** PEM files; both or neither. */
  readonly tlsCert?: string | undefined;
  readonly tlsKey?: string | undefined;
  /** Serve this machine's own counters too. */
  readonly hostTarget?: boolean | undefined;
  /** Device seconds per real second. */
  readonly speed?: number | undefined;
}

export interface SimulateContext {
  readonly signal: AbortSignal;
  readonly print: (line: string) => void;
}

/** Resolves when the signal aborts and everything is closed; throws a NocturneError when it can't start. */
export async function runSimulate(
  options: SimulateOptions,
  { signal, print }: SimulateContext,
): Promise<void> {
  if (signal.aborted) return;
  const simulatorOptions = await simulatorOptionsOf(options, print);
  await using simulator = await startSimulator(simulatorOptions);
  announce(simulator, print);
  await aborted(signal);
  print('stopping');
}

async function simulatorOptionsOf(
  options: SimulateOptions,
  report: (line: string) => void,
): Promise<SimulatorOptions> {
  const { count, spines, basePort, host, seed, hostTarget, speed } = options;
  return {
    count,
    spines,
    basePort,
    host,
    seed,
    hostTarget,
    report,
    timer: scaledTimer({ speed }),
    login: loginOf(options),
    tls: await tlsOf(options),
    faults: await faultsOf(options.faults ?? 'demo'),
  };
}

function loginOf({ username, password }: SimulateOptions): SimulatorOptions['login'] {
  if (username === undefined && password === undefined) return undefined;
  if (username === undefined || password === undefined) {
    throw new NocturneError('CONFIG_INVALID', 'give both a username and a password, or neither');
  }
  return { username, password };
}

async function tlsOf({ tlsCert, tlsKey }: SimulateOptions): Promise<TargetTls | undefined> {
  if (tlsCert === undefined && tlsKey === undefined) return undefined;
  if (tlsCert === undefined || tlsKey === undefined) {
    throw new NocturneError(
      'CONFIG_INVALID',
      'give both a TLS certificate and its key, or neither',
    );
  }
  return { certPem: await readInput(tlsCert), keyPem: await readInput(tlsKey) };
}

async function faultsOf(source: string): Promise<FaultScript | 'demo' | undefined> {
  if (source === 'demo') return 'demo';
  if (source === 'none') return undefined;
  return parseFaultScript((await readInput(source)).toString('utf8'));
}

async function readInput(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new NocturneError('CONFIG_INVALID', `can't read ${file}: ${sentenceOf(cause)}`, {
      cause,
    });
  }
}

function announce(simulator: Simulator, print: (line: string) => void): void {
  for (const { name, role, address } of simulator.targets) print(`${name} (${role}) on ${address}`);
  print(`${simulator.targets.length} gNMI targets are up; stop with Ctrl+C`);
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
