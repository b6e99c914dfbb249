/** Targets to collect from, for tests. */
import type { DeviceId, EndpointId, Epoch } from '../../core/id.ts';
import type {
  CollectionTarget,
  PathSubscription,
  GnmiEndpoint,
} from '../../core/inventory/collection-target.ts';

export const leafOne = '0198a000-0000-7000-8000-000000000001' as DeviceId;
export const leafOneGnmi = '0198a000-0000-7000-8000-0000000000e1' as EndpointId;

export function sampled(path: string, sampleIntervalMs = 1_000): PathSubscription {
  return {
    path,
    mode: 'sample',
    sampleIntervalMs,
    heartbeatIntervalMs: 0,
    suppressRedundant: false,
  };
}

export function onChange(path: string, heartbeatIntervalMs = 0): PathSubscription {
  return {
    path,
    mode: 'on-change',
    sampleIntervalMs: 0,
    heartbeatIntervalMs,
    suppressRedundant: false,
  };
}

export function endpoint(port: number, rest: Partial<GnmiEndpoint> = {}): GnmiEndpoint {
  return {
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
    ...rest,
  };
}

export function collectionTarget(
  at: GnmiEndpoint,
  subscriptions: readonly PathSubscription[],
): CollectionTarget {
  return {
    deviceId: leafOne,
    deviceName: 'leaf-01',
    endpointId: leafOneGnmi,
    protocol: 'gnmi',
    endpoint: at,
    subscriptions,
    revision: '1',
    learnt: null,
    epoch: 1 as Epoch,
  };
}
