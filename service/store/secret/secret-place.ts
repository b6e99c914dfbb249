/** Where a secret lives and whom it may be shown to: what sealing binds it to. */
import type { GnmiEndpoint } from '../../../core/inventory/collection-target.ts';
import type { SecretKind } from './envelope-codec.ts';

/** What decides who at the other end receives a password: where it is sent, and who is trusted to be there. */
export interface SecretEndpoint {
  readonly protocol: string;
  readonly address: string;
  readonly port: number;
  readonly tlsMode: string | null;
  readonly tlsName: string | null;
  readonly tlsCaPem: string | null;
}

export interface SecretPlace {
  readonly table: string;
  readonly row: string;
  readonly column: string;
  readonly endpoint: SecretEndpoint;
}

export function gnmiEndpoint({
  address,
  port,
  tlsMode,
  tlsName,
  tlsCaPem,
}: Pick<GnmiEndpoint, 'address' | 'port' | 'tlsMode' | 'tlsName' | 'tlsCaPem'>): SecretEndpoint {
  return { protocol: 'gnmi', address, port, tlsMode, tlsName, tlsCaPem };
}

/** A user name is sent nowhere without its password, so it may stay when the rest is entered again. */
export function isBoundToEndpoint(kind: SecretKind): boolean {
  return kind !== 'username';
}

/** One text for each endpoint: equal exactly where a secret given for one may be used for the other. */
export function endpointBinding(endpoint: SecretEndpoint): string {
  const { protocol, address, port, tlsMode, tlsName, tlsCaPem } = endpoint;
  return JSON.stringify([protocol, address, port, tlsMode, tlsName, tlsCaPem]);
}
