/** Why a TLS handshake with a target failed, in words that say what to change. */
import { sentenceOf } from '../../core/errors.ts';

export interface TlsWish {
  /** The name, or address, that the certificate is held against. */
  readonly name: string;
  readonly timeoutMs: number;
}

/** @param error as Node's TLS throws it: codes of Node, of OpenSSL's verification (X509_V_ERR_…), or of its own */
export function tlsProblem(error: unknown, { name, timeoutMs }: TlsWish): string {
  const { code = '', cert } = error as {
    code?: string;
    cert?: { subjectaltname?: string };
  };
  switch (code) {
    case 'ABORT_ERR':
      return `the TLS handshake did not end within ${timeoutMs / 1_000} s; check the port and whether it speaks TLS`;
    case 'ECONNRESET':
      return 'it closed the connection during the TLS handshake; check the port and whether it speaks TLS';
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return `its certificate is for ${cert?.subjectaltname ?? 'another name'}, not for ${name}; give the name that is in it`;
    case 'CERT_HAS_EXPIRED':
      return 'its certificate has expired; renew it on the device, and check the clock of this machine';
    case 'CERT_NOT_YET_VALID':
      return 'its certificate is not valid yet; check the clock of this machine';
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
      return 'its certificate is signed by nobody who is trusted here; give the CA certificate that signed it';
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'ERR_SSL_PACKET_LENGTH_TOO_LONG':
      return 'it does not speak TLS on this port; check the port or choose plaintext';
    default:
      return `the TLS handshake failed (${reason(error)}); check the port, the certificates and the name`;
  }
}

/** OpenSSL's "…:error:0A00010B:SSL routines:function:the reason:file:line:" without what is for its authors. */
function reason(error: unknown): string {
  const text = sentenceOf(error);
  return /:SSL routines:[^:]*:([^:]+):/.exec(text)?.[1] ?? text;
}
