/**
 * Tries an endpoint step by step, so that people see where it fails: name, TCP, TLS, login and Capabilities, and whether
 * it streams. Each step says what it found and how long it took.
 */
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { connect } from 'node:net';
import { status } from '@grpc/grpc-js';
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { sentenceOf } from '../../core/errors.ts';
import type { CommandStep } from '../../core/contract/command.ts';
import type { PathSubscription, GnmiEndpoint } from '../../core/inventory/collection-target.ts';
import type { Encoding } from '../../proto/generated/gnmi/gnmi.ts';
import { askCapabilities, type CapabilitiesAnswer } from '../session/gnmi/capabilities.ts';
import { encodingName } from '../session/gnmi/encoding-plan.ts';
import { findWay } from '../session/gnmi/find-way.ts';
import { GnmiClient } from '../session/gnmi/gnmi-client.ts';
import { classifyFailure } from '../session/gnmi/gnmi-failure.ts';
import { wayInWords } from '../session/gnmi/way-of-asking.ts';
import { tlsProblem } from './tls-problem.ts';

export interface ConnectionTestOptions {
  readonly endpoint: GnmiEndpoint;
  /** ms, monotonic */
  readonly nowMs: () => number;
  /** Told whenever a step begins or ends, with all steps so far. */
  readonly progress: (steps: readonly CommandStep[]) => void;
  readonly signal: AbortSignal;
}

export interface ConnectionTestResult {
  readonly steps: readonly CommandStep[];
  /** Null where every step went well. */
  readonly problem: string | null;
}

type Step = readonly [name: string, run: () => Promise<string>];

const stepTimeoutMs = 8_000;
/** Shorter, for there is time for the next step where there is no answer. */
const capabilitiesTimeoutMs = 5_000;

export async function testConnection(
  options: ConnectionTestOptions,
): Promise<ConnectionTestResult> {
  const done: CommandStep[] = [];
  for (const [name, run] of planSteps(options)) {
    const startedAtMs = options.nowMs();
    options.progress([...done, { name, state: 'running', detail: '', elapsedMs: 0 }]);
    const outcome = await run().then(
      (detail) => ({ state: 'done' as const, detail }),
      (error: unknown) => ({
        state: 'failed' as const,
        detail: failureText(error, options.endpoint),
      }),
    );
    done.push({ name, ...outcome, elapsedMs: Math.round(options.nowMs() - startedAtMs) });
    options.progress(done);
    if (outcome.state === 'failed') return { steps: done, problem: outcome.detail };
  }
  return { steps: done, problem: null };
}

function planSteps({ endpoint, signal }: ConnectionTestOptions): readonly Step[] {
  let claimed: readonly Encoding[] = [];
  const withClient = async <Answer>(use: (client: GnmiClient) => Promise<Answer>) => {
    using client = new GnmiClient(endpoint);
    return await use(client);
  };
  return [
    ['Resolve name', () => resolveName(endpoint.address)],
    ['TCP', () => tryTcp(endpoint, signal)],
    ...(endpoint.tlsMode === 'plaintext' ? [] : [['TLS', () => tryTls(endpoint, signal)] as const]),
    [
      'Capabilities',
      () =>
        withClient(async (client) => {
          const question = { timeoutMs: capabilitiesTimeoutMs, mute: false, signal };
          const answer = await askCapabilities(client, question);
          if (answer.kind === 'told') claimed = answer.capabilities.supportedEncodings;
          return describeCapabilities(answer);
        }),
    ],
    [
      'First update',
      () => withClient((client) => firstUpdate({ client, endpoint, claimed, signal })),
    ],
  ];
}

function failureText(error: unknown, endpoint: GnmiEndpoint): string {
  return classifyFailure(error, endpoint).sentence;
}

async function resolveName(address: string): Promise<string> {
  try {
    const found = await lookup(address, { all: true });
    return found.map((one) => one.address).join(', ');
  } catch {
    throw new Error('the host name is unknown; check the address');
  }
}

async function tryTcp({ address, port }: GnmiEndpoint, signal: AbortSignal): Promise<string> {
  using socket = disposable(connect({ host: address, port }));
  await once(socket.it, 'connect', { signal: withTimeout(signal) }).catch((error: unknown) => {
    throw new Error(tcpProblem(error));
  });
  return `connected from ${socket.it.localAddress ?? 'here'}`;
}

function tcpProblem(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ECONNREFUSED') return 'the connection was refused; check the port';
  if (code === 'ABORT_ERR')
    return `no answer within ${stepTimeoutMs / 1_000} s; check the address and firewalls`;
  return sentenceOf(error);
}

async function tryTls(endpoint: GnmiEndpoint, signal: AbortSignal): Promise<string> {
  using socket = disposable<TLSSocket>(connectTls(tlsOptions(endpoint)));
  await once(socket.it, 'secureConnect', { signal: withTimeout(signal) }).catch(
    (error: unknown) => {
      const name = endpoint.tlsName ?? endpoint.address;
      throw new Error(tlsProblem(error, { name, timeoutMs: stepTimeoutMs }), { cause: error });
    },
  );
  const certificate = socket.it.getPeerCertificate();
  const name = certificate.subject?.CN ?? 'no name';
  return `${socket.it.getProtocol() ?? 'TLS'}, certificate of ${String(name)} until ${certificate.valid_to}`;
}

function tlsOptions(endpoint: GnmiEndpoint): ConnectionOptions {
  const { address, port, tlsName, tlsCaPem, tlsCertificatePem, tlsKeyPem, tlsMode } = endpoint;
  const name = tlsName ?? address;
  return {
    host: address,
    port,
    ALPNProtocols: ['h2'],
    rejectUnauthorized: tlsMode !== 'skip-verify',
    // SNI must not be an IP address (RFC 6066 §3).
    ...(/^[\d.]+$|:/.test(name) ? {} : { servername: name }),
    ...(tlsCaPem === null ? {} : { ca: tlsCaPem }),
    ...(tlsCertificatePem === null ? {} : { cert: tlsCertificatePem }),
    ...(tlsKeyPem === null ? {} : { key: tlsKeyPem }),
  };
}

/** A target that does not tell its capabilities may stream all the same. */
function describeCapabilities(answer: CapabilitiesAnswer): string {
  switch (answer.kind) {
    case 'told': {
      const { gNMIVersion, supportedEncodings, supportedModels } = answer.capabilities;
      const encodings = supportedEncodings.map((encoding) => encodingName(encoding)).join(', ');
      return `gNMI ${gNMIVersion}, ${supportedModels.length} models, encodings ${encodings || 'none claimed'}`;
    }
    case 'refused':
      return `not told (${answer.details || status[answer.code]}); it is asked for updates all the same`;
    case 'silence':
      return `no answer within ${answer.waitedMs / 1_000} s; it is asked for updates all the same`;
    default:
      return answer satisfies never;
  }
}

/** A path every target has something to say to. */
const probe: PathSubscription = {
  path: '/interfaces/interface/state',
  mode: 'sample',
  sampleIntervalMs: 1_000,
  heartbeatIntervalMs: 0,
  suppressRedundant: false,
};

async function firstUpdate(test: {
  readonly client: GnmiClient;
  readonly endpoint: GnmiEndpoint;
  readonly claimed: readonly Encoding[];
  readonly signal: AbortSignal;
}): Promise<string> {
  try {
    const way = await findWay({
      ...test,
      subscriptions: [probe],
      claimedEncodings: test.claimed,
      signal: withTimeout(test.signal),
    });
    return `streams ${probe.path} ${wayInWords(way)}`;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ABORT_ERR') throw error;
    throw new Error(`nothing was streamed within ${stepTimeoutMs / 1_000} s`, { cause: error });
  }
}

function withTimeout(signal: AbortSignal): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(stepTimeoutMs)]);
}

function disposable<
  Socket extends { destroy(): unknown; on(event: 'error', listener: () => void): unknown },
>(it: Socket): { readonly it: Socket } & Disposable {
  it.on('error', () => {});
  return { it, [Symbol.dispose]: () => void it.destroy() };
}
