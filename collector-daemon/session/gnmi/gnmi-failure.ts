/** What a gRPC failure means for a session, and the one sentence people read. */
import { status, type ServiceError } from '@grpc/grpc-js';
import { firstLine, sentenceOf } from '../../../core/errors.ts';
import { authority, type GnmiEndpoint } from '../../../core/inventory/collection-target.ts';
import type { RefusalKind, SessionFailure } from '../session-driver.ts';
import type { FailureClass } from '../session-state.ts';
import { namedIn } from './way-search.ts';

export interface GnmiFailure extends SessionFailure {
  /** gRPC status code, or null where it was no gRPC failure. */
  readonly code: number | null;
  /** The target's own words, or those of the transport; empty where neither said anything. */
  readonly details: string;
  /** What it says of the question that was asked; null where it is no answer to it. */
  readonly refusal: RefusalKind | null;
  /** The target finds our keepalive too frequent. */
  readonly wantsCalm?: boolean;
}

const tooLarge = /^Received message larger than max \((\d+) vs\.? (\d+)\)/;

/** HTTP/2's ENHANCE_YOUR_CALM in grpc-js's words: mostly a target that finds our keepalive too frequent. */
const askedForCalm = 'Bandwidth exhausted or memory limit exceeded';

export function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && 'code' in error && 'details' in error;
}

/** What a status says of the question that was asked; null where it is no answer to it. */
export function refusalKind(code: number | null): RefusalKind | null {
  switch (code) {
    case status.INVALID_ARGUMENT:
      return 'invalid';
    case status.PERMISSION_DENIED:
      return 'denied';
    case status.UNIMPLEMENTED:
    case status.NOT_FOUND:
      return 'absent';
    default:
      return null;
  }
}

/** Some targets answer what they do not take with a status that says nothing of it, but with words that do. */
const vague: readonly (number | null)[] = [
  status.FAILED_PRECONDITION,
  status.INTERNAL,
  status.OUT_OF_RANGE,
  status.UNKNOWN,
];

/** Whether another question may be answered; asked of failures before anything was complete. */
export function isEarlyRefusal({ code, details, refusal }: GnmiFailure): boolean {
  return refusal !== null || (vague.includes(code) && namedIn(details).length > 0);
}

/** A failure that is none of gRPC's. */
export function ownFailure(failureClass: FailureClass, sentence: string): GnmiFailure {
  return { class: failureClass, code: null, details: '', refusal: null, sentence };
}

export function classifyFailure(error: unknown, endpoint: GnmiEndpoint): GnmiFailure {
  const failure = failureOf(error, endpoint);
  return { ...failure, sentence: withoutSecrets(failure.sentence, endpoint) };
}

/** A target may say back what it was given; passwords of fewer than four characters stand in ordinary words. */
export function withoutSecrets(text: string, { password }: GnmiEndpoint): string {
  return password === null || password.length < 4 ? text : text.replaceAll(password, '•••');
}

function failureOf(thrown: unknown, endpoint: GnmiEndpoint): GnmiFailure {
  const error = isServiceError(thrown) ? withWords(thrown) : thrown;
  if (!isServiceError(error)) {
    return ownFailure('permanent', otherSentence(error, authority(endpoint)));
  }
  return {
    class: classOf(error),
    code: error.code,
    details: error.details,
    refusal: refusalKind(error.code),
    sentence: sentence(error, endpoint),
    ...(error.details === askedForCalm ? { wantsCalm: true } : {}),
  };
}

/** Not every library that ends a call has words for it, whatever the type says. */
function withWords(error: ServiceError): ServiceError {
  const words: unknown = error.details;
  return typeof words === 'string' && words !== 'undefined'
    ? error
    : Object.assign(new Error(), error, { details: '' });
}

function otherSentence(error: unknown, where: string): string {
  const text = sentenceOf(error);
  return /PEM routines|asn1 encoding routines|X509/i.test(text)
    ? `${where}: the certificate or key given for it cannot be read (${text}); give the whole PEM text`
    : `${where}: ${text}`;
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
    case status.RESOURCE_EXHAUSTED:
      return tooLarge.test(details) ? 'permanent' : 'transient';
    default:
      return 'transient';
  }
}

function sentence({ code, details }: ServiceError, endpoint: GnmiEndpoint): string {
  const where = authority(endpoint);
  switch (code) {
    case status.UNAUTHENTICATED:
      return `${where} refused the login${inBrackets(details)}; check the device's user name and password`;
    case status.PERMISSION_DENIED:
      return `${where} does not permit what was asked${inBrackets(details)}; check what the user may see there`;
    case status.UNIMPLEMENTED:
    case status.INVALID_ARGUMENT:
    case status.NOT_FOUND:
      return asksForTarget(details) && !endpoint.requestTarget
        ? `${where} refused the request${inBrackets(details)}; it seems to stand for several devices: say with the endpoint's target which one is meant`
        : `${where} refused the request${inBrackets(details)}; check the subscribed paths`;
    case status.DEADLINE_EXCEEDED:
      return `${where} did not answer in time; check the address, the port and the way there`;
    case status.UNAVAILABLE:
      return unavailable(details, where);
    case status.RESOURCE_EXHAUSTED:
      return exhausted(details, where);
    case status.INTERNAL:
      return /parsing|deserializ|decode/i.test(details)
        ? `${where} sent bytes that are no gNMI message${inBrackets(details)}; check that the port is its gNMI port`
        : `${where} failed inside${inBrackets(details)}`;
    default:
      return `${where}: ${details || nameOf(code)}`;
  }
}

function exhausted(details: string, where: string): string {
  if (details === askedForCalm) {
    return `${where} asked for calm, mostly because of too many keepalive pings; it is asked half as often from now on`;
  }
  const larger = tooLarge.exec(details);
  return larger === null
    ? `${where} is out of room for this session${inBrackets(details)}; check its limit of sessions`
    : `${where} sent a message of ${larger[1]} bytes, and ${larger[2]} at most are taken; raise the endpoint's limit for messages, or subscribe to parts of what is subscribed now`;
}

function unavailable(details: string, where: string): string {
  if (wantsCertificate.test(details)) {
    return `${where} does not take our certificate, or wants one${inBrackets(lastError(details))}; give a client certificate it trusts, and TLS mode mutual`;
  }
  if (isCertificateProblem(details)) {
    return `${where} was not trusted${inBrackets(lastError(details))}; give its CA certificate or the name in the certificate, or choose another TLS mode`;
  }
  if (/ENOTFOUND|EAI_AGAIN|Name resolution failed/.test(details)) {
    return `${where} has an unknown host name; check the address`;
  }
  if (details.includes('ECONNREFUSED')) {
    return `${where} refused the connection; check the port and that gNMI is enabled there`;
  }
  if (details.includes('Failed to connect')) {
    return `${where} closed the connection before gRPC began; check the port, the TLS mode and the client certificate`;
  }
  if (/wrong version number|EPROTO|SSL routines/.test(details)) {
    return `${where} does not speak TLS; check the port or choose plaintext`;
  }
  if (/Received HTTP\/2|Protocol error|NGHTTP2|frame/i.test(details)) {
    return `${where} does not speak gRPC on this port${inBrackets(lastError(details))}; check the port and the TLS mode`;
  }
  return `${where} cannot be reached${inBrackets(lastError(details))}; check the address and the way there`;
}

/** TLS alerts (RFC 8446 §6.2) with which a target refuses us. */
const wantsCertificate =
  /alert (certificate required|bad certificate|certificate (unknown|expired)|unknown ca)/i;

function isCertificateProblem(details: string): boolean {
  return /certificate|altnames|self.signed|CERT_|unable to verify|alert unknown ca/i.test(details);
}

/** gNMI `prefix.target` is wanted, by a cache or proxy. */
function asksForTarget(details: string): boolean {
  return (
    /\b(missing|no|empty|unknown|invalid|requires?|needs?|unset|without)\b[^.;,]*\btarget\b/i.test(
      details,
    ) ||
    /\btarget\b[^.;,]*\b(missing|required|not set|unset|empty|unspecified|needed)\b/i.test(details)
  );
}

/** ` (…)`, or nothing where there is nothing to say. */
function inBrackets(text: string): string {
  return text === '' ? '' : ` (${text})`;
}

function nameOf(code: number): string {
  return status[code] ?? `gRPC status ${code}`;
}

/**
 * The reason in grpc-js's wrapping ("No connection established. Last error: …"), on one line, without its time stamps
 * and Node's hints about itself.
 */
function lastError(details: string): string {
  const line = firstLine(details.replace(/^[^]*?Last error: /, ''))
    .replace(/^Error( \[\w+\])?: /, '')
    .replace(/\.? Resolution note:.*$/, '')
    .replace(/; if the root CA is installed locally.*$/, '')
    .replace(/ \(\d{4}-[\dT:.-]+Z\)/, '')
    .replace(/[.:\s]+$/, '');
  return firstLine(line);
}
