/** What `nocturne simulate` does: runs a simulator until it is told to stop, and says where its devices listen. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
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
  checkNumbers(options);
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

function checkNumbers({ count, spines = 0, basePort, hostTarget }: SimulateOptions): void {
  const devices = count + (hostTarget === true ? 1 : 0);
  if (devices === 0) {
    throw invalid(
      'a simulator of 0 devices has nothing to do; give --count 1 or more, or --host-target',
    );
  }
  if (count > 0 && spines >= count) {
    throw invalid(
      `${spines} spines leave no leaf among ${count} switches; give at most ${count - 1}`,
    );
  }
  const lastPort = basePort + devices - 1;
  if (basePort !== 0 && lastPort > maxPort) {
    throw invalid(
      `${devices} devices from port ${basePort} on would end at ${lastPort}; give a base port of at most ${maxPort + 1 - devices}`,
    );
  }
}

const maxPort = 65_535;

function invalid(message: string, cause?: unknown): NocturneError {
  return new NocturneError('CONFIG_INVALID', message, { cause });
}

function loginOf({ username, password }: SimulateOptions): SimulatorOptions['login'] {
  if (username === undefined && password === undefined) return undefined;
  if (username === undefined || password === undefined) {
    throw invalid('give both a username and a password, or neither');
  }
  return { username, password };
}

async function tlsOf({ tlsCert, tlsKey }: SimulateOptions): Promise<TargetTls | undefined> {
  if (tlsCert === undefined && tlsKey === undefined) return undefined;
  if (tlsCert === undefined || tlsKey === undefined) {
    throw invalid('give both a TLS certificate and its key, or neither');
  }
  const certPem = await readInput(tlsCert);
  const keyPem = await readInput(tlsKey);
  const certificate = parsedPem(tlsCert, 'certificate', () => new X509Certificate(certPem));
  const key = parsedPem(tlsKey, 'private key', () => createPrivateKey(keyPem));
  if (!certificate.checkPrivateKey(key)) {
    throw invalid(`the key in ${tlsKey} does not belong to the certificate in ${tlsCert}`);
  }
  return { certPem, keyPem };
}

function parsedPem<Parsed>(file: string, what: string, parse: () => Parsed): Parsed {
  try {
    return parse();
  } catch (cause) {
    throw invalid(`${file} holds no ${what} that can be read; give a PEM file`, cause);
  }
}

async function faultsOf(source: string): Promise<FaultScript | 'demo' | undefined> {
  if (source === 'demo') return 'demo';
  if (source === 'none') return undefined;
  return parseFaultScript((await readInput(source)).toString('utf8'), source);
}

async function readInput(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw invalid(`can't read ${file}: ${sentenceOf(cause)}`, cause);
  }
}

function announce(simulator: Simulator, print: (line: string) => void): void {
  for (const { name, role, address } of simulator.targets) print(`${name} (${role}) on ${address}`);
  const { length } = simulator.targets;
  print(`${length} gNMI target${length === 1 ? ' is' : 's are'} up; stop with Ctrl+C`);
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
