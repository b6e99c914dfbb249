/** What a collector must know to hold a session: the device, one endpoint with its secrets, and what to subscribe to. */
import type { tlsModes } from '../contract/device.ts';
import type { DeviceId, EndpointId, Epoch } from '../id.ts';

export interface TargetEndpoint {
  readonly address: string;
  readonly port: number;
  readonly tlsMode: (typeof tlsModes)[number];
  /** Name expected in the certificate where it differs from the address. */
  readonly tlsName: string | null;
  readonly tlsCaPem: string | null;
  readonly tlsCertificatePem: string | null;
  readonly tlsKeyPem: string | null;
  readonly username: string | null;
  readonly password: string | null;
}

export interface PathSubscription {
  /** Text form of a path; wildcards and containers allowed. */
  readonly path: string;
  readonly mode: 'sample' | 'on-change' | 'target-defined';
  /** 0: as often as the target can. Only for `sample`. */
  readonly sampleIntervalMs: number;
  /** 0: none. */
  readonly heartbeatIntervalMs: number;
  readonly suppressRedundant: boolean;
}

export interface CollectionTarget {
  readonly deviceId: DeviceId;
  readonly deviceName: string;
  readonly endpointId: EndpointId;
  readonly endpoint: TargetEndpoint;
  readonly subscriptions: readonly PathSubscription[];
  /** Changes whenever anything above does, so that a session is restarted exactly then. */
  readonly revision: string;
  /** Under which the device is collected; a new one goes on with the session that there is. */
  readonly epoch: Epoch;
}
