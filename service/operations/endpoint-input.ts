/** Endpoint fields as people enter them, split into what is stored openly and what is sealed. */
import type { z } from 'zod';
import type { endpointInput } from '../../core/contract/device.ts';
import { NocturneError } from '../../core/errors.ts';
import type { GnmiEndpoint } from '../../core/inventory/collection-target.ts';
import type { CredentialSecrets } from '../store/secret/credential.ts';
import type { EndpointFields } from '../store/inventory/device-endpoint.ts';
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
  };
  const keyless = current === null && change.tlsKeyPem === undefined;
  if (fields.tlsMode === 'mutual' && (fields.tlsCertificatePem === null || keyless)) {
    throw new NocturneError('INPUT_INVALID', 'mutual TLS needs a certificate and its key');
  }
  return { ...fields, tlsName: fields.tlsName === '' ? null : fields.tlsName };
}

/** True when the change carries a secret or a user name. */
export function changesSecrets(change: EndpointChange): boolean {
  return [change.username, change.password, change.tlsKeyPem].some((one) => one !== undefined);
}

/**
 * The secrets after a change; null when nothing is left of them.
 * @throws INPUT_INVALID for what no session could use
 */
export function secretsAfter(
  change: EndpointChange,
  current: CredentialSecrets | null,
): CredentialSecrets | null {
  checkLoginText(change.username, 'user name');
  checkLoginText(change.password, 'password');
  checkKey(change.tlsKeyPem, change.tlsCertificatePem);
  const secrets = {
    username: change.username ?? current?.username ?? null,
    password: change.password ?? current?.password ?? null,
    tlsKeyPem: change.tlsKeyPem ?? current?.tlsKeyPem ?? null,
  };
  return Object.values(secrets).every((one) => one === null) ? null : secrets;
}

const exposure: Readonly<Record<GnmiEndpoint['tlsMode'], number>> = {
  mutual: 0,
  verified: 0,
  'skip-verify': 1,
  plaintext: 2,
};

/**
 * A stored password goes where it was given for, as well protected as then; elsewhere it has to be given again, by
 * somebody who knows it. Else whoever may change a device could have its password sent to a host of his own.
 * @throws INPUT_INVALID
 */
export function checkPasswordStays(
  change: EndpointChange,
  { before, after }: { readonly before: OpenFields; readonly after: OpenFields },
): void {
  if (!movesPassword(change, { before, after })) return;
  const what =
    before.address === after.address
      ? `TLS changes from ${before.tlsMode} to ${after.tlsMode}`
      : `the address changes from ${before.address} to ${after.address}`;
  throw new NocturneError(
    'INPUT_INVALID',
    `${what}: give the password again, the stored one is not sent there`,
  );
}

/** Whether a password that is not given again would go to another host, or less protected. */
export function movesPassword(
  change: EndpointChange,
  { before, after }: { readonly before: OpenFields; readonly after: OpenFields },
): boolean {
  return (
    change.password === undefined &&
    (before.address !== after.address || exposure[after.tlsMode] > exposure[before.tlsMode])
  );
}

/** What is known of the device that a test is for; nothing for a new one. */
export interface KnownEndpoint {
  readonly fields: OpenFields;
  readonly secrets: CredentialSecrets | null;
}

/** What a connection test needs. @throws ADDRESS_INVALID, INPUT_INVALID */
export function targetEndpoint(
  input: EndpointInput,
  known: KnownEndpoint | null = null,
): GnmiEndpoint {
  const none: CredentialSecrets = { username: null, password: null, tlsKeyPem: null };
  const fields = openFields(input, known?.fields ?? null);
  if (known !== null && typeof known.secrets?.password === 'string') {
    checkPasswordStays(input, { before: known.fields, after: fields });
  }
  return {
    ...fields,
    ...(secretsAfter(input, known?.secrets ?? null) ?? none),
  };
}
