/**
 * Certificates, keys and logins as people enter them. What no session could use is refused here, where somebody can
 * correct it; no sentence holds any of it.
 */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { NocturneError, sentenceOf } from '../../core/errors.ts';

/**
 * gNMI carries logins as gRPC metadata, which is printable ASCII (gRPC over HTTP/2, "Custom-Metadata").
 * @throws INPUT_INVALID
 */
export function checkLoginText(text: string | undefined, what: 'user name' | 'password'): void {
  if (text === undefined || /^[ -~]*$/.test(text)) return;
  throw new NocturneError(
    'INPUT_INVALID',
    `the ${what} holds a character that gNMI cannot carry: only letters, digits, signs and spaces of ASCII can be in it, and no line break`,
  );
}

const certificates =
  /-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----[^]*?-----END (?:X509 |TRUSTED )?CERTIFICATE-----/g;

/** @throws INPUT_INVALID */
export function checkCertificates(pem: string | undefined, what: string): void {
  if (pem === undefined) return;
  const found = pem.match(certificates) ?? [];
  if (found.length === 0) {
    throw new NocturneError(
      'INPUT_INVALID',
      `the ${what} holds no certificate: give the whole PEM text, from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----`,
    );
  }
  for (const one of found) parseCertificate(one, what);
}

/** @throws INPUT_INVALID; also where certificate and key do not belong together */
export function checkKey(pem: string | undefined, certificatePem: string | undefined): void {
  if (pem === undefined) return;
  const key = parseKey(pem);
  const [certificate] = certificatePem?.match(certificates) ?? [];
  if (certificate === undefined) return;
  if (parseCertificate(certificate, 'certificate').checkPrivateKey(key)) return;
  throw new NocturneError(
    'INPUT_INVALID',
    'the key is not that of the certificate: give the two that were made together',
  );
}

function parseCertificate(pem: string, what: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (cause) {
    throw new NocturneError(
      'INPUT_INVALID',
      `the ${what} cannot be read (${sentenceOf(cause)}): give the whole PEM text, unchanged`,
      { cause },
    );
  }
}

function parseKey(pem: string): ReturnType<typeof createPrivateKey> {
  try {
    return createPrivateKey(pem);
  } catch (cause) {
    const locked = /ENCRYPTED/.test(pem);
    throw new NocturneError(
      'INPUT_INVALID',
      locked
        ? 'the key has a passphrase: give it without one, it is sealed before it is stored'
        : `the key cannot be read (${sentenceOf(cause)}): give the whole PEM text, unchanged`,
      { cause },
    );
  }
}
