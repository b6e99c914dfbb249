/** What a collector must know to hold a session: the device, one endpoint with its secrets, and what to subscribe to. */
import type { tlsModes } from '../contract/device.ts';
import type { DeviceId, EndpointId, Epoch } from '../id.ts';
import type { CollectedProtocol } from './protocol.ts';

/** Where a target is and who logs in, whatever it speaks. */
export interface EndpointAccess {
  readonly address: string;
  readonly port: number;
  readonly username: string | null;
  readonly password: string | null;
}

/** gNMI runs over gRPC, with TLS or without. */
export interface GnmiEndpoint extends EndpointAccess {
  readonly tlsMode: (typeof tlsModes)[number];
  /** Name expected in the certificate where it differs from the address. */
  readonly tlsName: string | null;
  readonly tlsCaPem: string | null;
  readonly tlsCertificatePem: string | null;
  readonly tlsKeyPem: string | null;
  /** gNMI `prefix.target`: which device behind the endpoint is meant; null where there is but one. */
  readonly requestTarget: string | null;
  /** Larger messages are refused; null: as large as is usual. */
  readonly maxMessageBytes: number | null;
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

/** An endpoint belongs to one device, so its id alone tells sessions apart. */
export interface SessionOwner {
  readonly deviceId: DeviceId;
  readonly endpointId: EndpointId;
}

interface TargetOf<Protocol extends CollectedProtocol, Endpoint extends EndpointAccess>
  extends SessionOwner {
  readonly deviceName: string;
  readonly protocol: Protocol;
  readonly endpoint: Endpoint;
  readonly subscriptions: readonly PathSubscription[];
  /** Changes whenever anything above does, so that a session is restarted exactly then. */
  readonly revision: string;
  /** What an earlier session learnt of the target, for its driver alone. */
  readonly learnt: Readonly<Record<string, unknown>> | null;
  /** Under which the device is collected; a new one goes on with the session that there is. */
  readonly epoch: Epoch;
}

export type GnmiTarget = TargetOf<'gnmi', GnmiEndpoint>;

/** One more protocol is one more member, with the endpoint that it needs. */
export type CollectionTarget = GnmiTarget;

/** `host:port`, IPv6 in brackets. */
export function authority({ address, port }: Pick<EndpointAccess, 'address' | 'port'>): string {
  return address.includes(':') && !address.startsWith('[')
    ? `[${address}]:${port}`
    : `${address}:${port}`;
}
