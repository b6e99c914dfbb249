/** Starts the flooding target in a process of its own and says how to reach it. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { DeviceId, EndpointId, Epoch } from '../../core/id.ts';
import type { CollectionTarget } from '../../core/inventory/collection-target.ts';

export interface LoadShape {
  readonly updates: number;
  readonly interfaces: number;
  readonly countersPerInterface: number;
}

export interface LoadTarget extends Disposable {
  readonly target: CollectionTarget;
}

const program = fileURLToPath(new URL('./load-process.ts', import.meta.url));

export async function startLoadTarget(shape: LoadShape): Promise<LoadTarget> {
  const { updates, interfaces, countersPerInterface } = shape;
  const child = fork(program, [updates, interfaces, countersPerInterface].map(String));
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  return { target: targetAt(port), [Symbol.dispose]: () => child.disconnect() };
}

function targetAt(port: number): CollectionTarget {
  return {
    deviceId: '00000000-0000-7000-8000-000000000001' as DeviceId,
    deviceName: 'load',
    endpointId: '00000000-0000-7000-8000-000000000002' as EndpointId,
    protocol: 'gnmi',
    revision: 'bench',
    learnt: null,
    epoch: 1 as Epoch,
    endpoint: {
      address: '127.0.0.1',
      port,
      tlsMode: 'plaintext',
      tlsName: null,
      tlsCaPem: null,
      tlsCertificatePem: null,
      tlsKeyPem: null,
      username: null,
      password: null,
      requestTarget: null,
      maxMessageBytes: null,
    },
    subscriptions: [
      {
        path: '/interfaces/interface/state/counters',
        mode: 'sample',
        sampleIntervalMs: 1_000,
        heartbeatIntervalMs: 0,
        suppressRedundant: false,
      },
    ],
  };
}
