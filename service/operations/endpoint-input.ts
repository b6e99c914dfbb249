/** Endpoint fields as people enter them, split into what is stored openly and what is sealed. */
import type { z } from 'zod';
import type { endpointInput } from '../../core/contract/device.ts';
import { NocturneError } from '../../core/errors.ts';
import type { EndpointFields } from '../store/inventory/device-endpoint.ts';
import { type SecretKind, secretKinds } from '../store/secret/envelope-codec.ts';
import { type GivenSecrets, secretNames } from '../store/secret/sealed-secret.ts';
import {
  endpointBinding,
  gnmiEndpoint,
  isBoundToEndpoint,
  type SecretEndpoint,
} from '../store/secret/secret-place.ts';
import { parseAddress } from './endpoint-address.ts';
import { checkCertificates, checkKey, checkLoginText } from './endpoint-secrets.ts';

type EndpointInput = z.output<typeof endpointInput>;
/** Also with undefined given explicitly, as optional fields arrive. */
export type EndpointChange = {
  readonly [Field in keyof EndpointInput]?: EndpointInput[Field] | undefined;
};

type OpenFields = Omit<EndpointFields, 'credentialId'>;

/**
 * The fields after a change; those not given stay as they are.
 * @throws ADDRESS_INVALID; INPUT_INVALID for certificates that cannot be read, and mutual TLS without one
 */
export function openFields(change: EndpointChange, current: OpenFields | null): OpenFields {
  checkCertificates(change.tlsCaPem, 'CA certificate');
  checkCertificates(change.tlsCertificatePem, 'certificate');
  const fields: OpenFields = {
    address: change.address === undefined ? current!.address : parseAddress(change.address),
    port: change.port ?? current?.port ?? 57_400,
    tlsMode: change.tlsMode ?? current?.tlsMode ?? 'verified',
    tlsName: change.tlsName ?? current?.tlsName ?? null,
    tlsCaPem: change.tlsCaPem ?? current?.tlsCaPem ?? null,
    tlsCertificatePem: change.tlsCertificatePem ?? current?.tlsCertificatePem ?? null,
    requestTarget: change.requestTarget ?? current?.requestTarget ?? null,
    maxMessageBytes:
      change.maxMessageBytes === undefined
        ? (current?.maxMessageBytes ?? null)
        : change.maxMessageBytes,
  };
  const keyless = current === null && change.tlsKeyPem === undefined;
  if (fields.tlsMode === 'mutual' && (fields.tlsCertificatePem === null || keyless)) {
    throw new NocturneError('INPUT_INVALID', 'mutual TLS needs a certificate and its key');
  }
  return {
    ...fields,
    tlsName: fields.tlsName === '' ? null : fields.tlsName,
    requestTarget: fields.requestTarget === '' ? null : fields.requestTarget,
  };
}

/**
 * The secrets that a change carries, the user name among them.
 * @throws INPUT_INVALID for what no session could use
 */
export function givenSecrets(change: EndpointChange): GivenSecrets {
  checkLoginText(change.username, 'user name');
  checkLoginText(change.password, 'password');
  checkKey(change.tlsKeyPem, change.tlsCertificatePem);
  return Object.fromEntries(
    secretKinds.flatMap((kind) => (change[kind] === undefined ? [] : [[kind, change[kind]]])),
  );
}

/**
 * A stored secret is used where it was entered for, address, port and TLS settings alike; elsewhere it has to be given
 * again, by somebody who knows it. Else whoever may change a device could have its password sent to a host of his own.
 * @param held the secrets that are stored
 * @throws INPUT_INVALID
 */
export function checkSecretsStay(
  given: GivenSecrets,
  { before, after, held }: { before: OpenFields; after: OpenFields; held: readonly SecretKind[] },
): void {
  const binding = (fields: OpenFields) => endpointBinding(gnmiEndpoint(fields));
  if (binding(before) === binding(after)) return;
  const lacking = held.filter((kind) => isBoundToEndpoint(kind) && given[kind] === undefined);
  if (lacking.length === 0) return;
  const names = lacking.map((kind) => `the ${secretNames[kind]}`).join(' and ');
  const stored = lacking.length === 1 ? 'the stored one is' : 'the stored ones are';
  throw new NocturneError(
    'INPUT_INVALID',
    `${difference(gnmiEndpoint(before), gnmiEndpoint(after))}: give ${names} again, ${stored} not sent there`,
  );
}

function difference(before: SecretEndpoint, after: SecretEndpoint): string {
  const from = (field: keyof SecretEndpoint) =>
    `from ${before[field] ?? 'none'} to ${after[field] ?? 'none'}`;
  if (before.address !== after.address) return `the address changes ${from('address')}`;
  if (before.port !== after.port) return `the port changes ${from('port')}`;
  if (before.tlsMode !== after.tlsMode) return `TLS changes ${from('tlsMode')}`;
  if (before.tlsName !== after.tlsName) {
    return `the name expected in the certificate changes ${from('tlsName')}`;
  }
  return 'the CA certificate changes';
}
