/** Targets to collect from, for tests. */
import type { DeviceId, EndpointId, Epoch } from '../../core/id.ts';
import type {
  CollectionTarget,
  PathSubscription,
  TargetEndpoint,
} from '../../core/inventory/collection-target.ts';

export const leafOne = '0198a000-0000-7000-8000-000000000001' as DeviceId;

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

export function endpoint(port: number, rest: Partial<TargetEndpoint> = {}): TargetEndpoint {
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
    ...rest,
  };
}

export function collectionTarget(
  at: TargetEndpoint,
  subscriptions: readonly PathSubscription[],
): CollectionTarget {
  return {
    deviceId: leafOne,
    deviceName: 'leaf-01',
    endpointId: '0198a000-0000-7000-8000-0000000000e1' as EndpointId,
    endpoint: at,
    subscriptions,
    revision: '1',
    epoch: 1 as Epoch,
  };
}
