/** What a gRPC failure means for a session, and the one sentence people read. */
import { status, type ServiceError } from '@grpc/grpc-js';
import type { TargetEndpoint } from '../../../core/inventory/collection-target.ts';
import type { FailureClass } from '../session-state.ts';
import { authority } from './gnmi-channel.ts';

export interface SessionFailure {
  readonly class: FailureClass;
  /** gRPC status code, or null where it was no gRPC failure. */
  readonly code: number | null;
  readonly sentence: string;
}

export function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && 'code' in error && 'details' in error;
}

export function classifyFailure(error: unknown, endpoint: TargetEndpoint): SessionFailure {
  if (!isServiceError(error)) {
    const text = error instanceof Error ? error.message : String(error);
    return { class: 'permanent', code: null, sentence: `${authority(endpoint)}: ${text}` };
  }
  return {
    class: classOf(error),
    code: error.code,
    sentence: sentence(error, authority(endpoint)),
  };
}

function classOf({ code, details }: ServiceError): FailureClass {
  switch (code) {
    case status.UNAUTHENTICATED:
    case status.PERMISSION_DENIED:
    case status.UNIMPLEMENTED:
    case status.INVALID_ARGUMENT:
    case status.NOT_FOUND:
      return 'permanent';
    case status.UNAVAILABLE:
      return isCertificateProblem(details) ? 'permanent' : 'transient';
    default:
      return 'transient';
  }
}

function sentence({ code, details }: ServiceError, where: string): string {
  switch (code) {
    case status.UNAUTHENTICATED:
    case status.PERMISSION_DENIED:
      return `${where} refused the login (${details}); check the device's user name and password`;
    case status.UNIMPLEMENTED:
    case status.INVALID_ARGUMENT:
    case status.NOT_FOUND:
      return `${where} refused the request (${details}); check the subscribed paths`;
    case status.DEADLINE_EXCEEDED:
      return `${where} did not answer in time; check the address, the port and the way there`;
    case status.UNAVAILABLE:
      return unavailable(details, where);
    case status.RESOURCE_EXHAUSTED:
      return `${where} is out of room for this session (${details}); check its limit of sessions`;
    case status.INTERNAL:
      return /parsing|deserializ|decode/i.test(details)
        ? `${where} sent bytes that are no gNMI message (${details}); check that the port is its gNMI port`
        : `${where} failed inside (${details})`;
    default:
      return `${where}: ${details || status[code]}`;
  }
}

function unavailable(details: string, where: string): string {
  if (isCertificateProblem(details)) {
    return `${where} was not trusted (${lastError(details)}); give its CA certificate or the name in the certificate, or choose another TLS mode`;
  }
  if (/ENOTFOUND|EAI_AGAIN|Name resolution failed/.test(details)) {
    return `${where} has an unknown host name; check the address`;
  }
  if (details.includes('ECONNREFUSED')) {
    return `${where} refused the connection; check the port and that gNMI is enabled there`;
  }
  if (/wrong version number|EPROTO|SSL routines/.test(details)) {
    return `${where} does not speak TLS; check the port or choose plaintext`;
  }
  if (/Received HTTP\/2|Protocol error|NGHTTP2|frame/i.test(details)) {
    return `${where} does not speak gRPC on this port (${lastError(details)}); check the port and the TLS mode`;
  }
  return `${where} cannot be reached (${lastError(details)})`;
}

function isCertificateProblem(details: string): boolean {
  return /certificate|altnames|self.signed|CERT_|unable to verify/i.test(details);
}

/** grpc-js wraps the reason: "No connection established. Last error: …". */
function lastError(details: string): string {
  return /Last error: (.*?)\.?( Resolution note:.*)?$/.exec(details)?.[1] ?? details;
}
