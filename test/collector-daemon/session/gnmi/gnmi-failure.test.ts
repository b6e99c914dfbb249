import { Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { describe, expect, test } from 'vitest';
import { classifyFailure } from '../../../../collector-daemon/session/gnmi/gnmi-failure.ts';
import { endpoint } from '../../../support/collection.ts';

/** Not every failure has words, whatever its type says. */
function failure(code: number, details: string | undefined): ServiceError {
  const said = { code, details: details as string, metadata: new Metadata() };
  return Object.assign(new Error(details), said);
}

describe('what a failure means', () => {
  test.each([
    [status.UNAUTHENTICATED, 'login refused', 'permanent', /refused the login \(login refused\)/],
    [status.PERMISSION_DENIED, 'no', 'permanent', /\(no\); check what the user may see there/],
    [status.UNIMPLEMENTED, 'unknown path', 'permanent', /check the subscribed paths/],
    [status.INVALID_ARGUMENT, 'interval too short', 'permanent', /\(interval too short\)/],
    [status.NOT_FOUND, 'x', 'permanent', /refused the request/],
    [status.DEADLINE_EXCEEDED, '', 'transient', /did not answer in time/],
    [status.RESOURCE_EXHAUSTED, '2 sessions', 'transient', /out of room[^]*2 sessions/],
    [status.INTERNAL, 'Response message parsing error: x', 'transient', /no gNMI message/],
    [status.INTERNAL, 'panic', 'transient', /failed inside \(panic\)/],
    [status.ABORTED, '', 'transient', /: ABORTED$/],
    [
      status.UNAVAILABLE,
      'Name resolution failed for target dns:x',
      'transient',
      /unknown host name/,
    ],
    [
      status.UNAVAILABLE,
      'No connection established. Last error: connect ECONNREFUSED 127.0.0.1:1. Resolution note: ',
      'transient',
      /refused the connection/,
    ],
    [
      status.UNAVAILABLE,
      'No connection established. Last error: self-signed certificate. Resolution note: ',
      'permanent',
      /was not trusted \(self-signed certificate\)/,
    ],
    [
      status.UNAVAILABLE,
      "Last error: Hostname/IP does not match certificate's altnames",
      'permanent',
      /was not trusted/,
    ],
    [
      status.UNAVAILABLE,
      'Last error: write EPROTO wrong version number',
      'transient',
      /does not speak TLS/,
    ],
    [
      status.UNAVAILABLE,
      'Last error: read ECONNRESET. Resolution note: ',
      'transient',
      /cannot be reached \(read ECONNRESET\)/,
    ],
    [
      status.UNAVAILABLE,
      'Last error: C0:error:0A00045C:SSL routines::tlsv13 alert certificate required:x\n',
      'permanent',
      /does not take our certificate, or wants one/,
    ],
    [
      status.UNAVAILABLE,
      'Last error: 40AD:error:SSL routines:ssl3_read_bytes:tlsv1 alert unknown ca:x',
      'permanent',
      /does not take our certificate/,
    ],
    [
      status.UNAVAILABLE,
      'No connection established. Last error: Failed to connect (2026-11-21T10:32:30.794Z)',
      'transient',
      /closed the connection before gRPC began/,
    ],
    [
      status.UNAVAILABLE,
      'No connection established. Last error: undefined (2026-11-21T10:32:30.794Z)',
      'transient',
      /cannot be reached; check the address/,
    ],
    [status.UNAVAILABLE, undefined, 'transient', /cannot be reached; check the address/],
    [status.PERMISSION_DENIED, undefined, 'permanent', /does not permit what was asked; check/],
    [status.UNAUTHENTICATED, '', 'permanent', /refused the login; check/],
    [status.INTERNAL, 'undefined', 'transient', /failed inside$/],
    [status.UNKNOWN, undefined, 'transient', /: UNKNOWN$/],
    [99, '', 'transient', /: gRPC status 99$/],
    [
      status.INVALID_ARGUMENT,
      'missing target in prefix',
      'permanent',
      /stand for several devices: say with the endpoint's target which one is meant$/,
    ],
    [
      status.INVALID_ARGUMENT,
      'this target has no such path',
      'permanent',
      /check the subscribed paths$/,
    ],
    [
      status.UNAVAILABLE,
      'Last error: Protocol error (2026-11-21T10:32:30.794Z)',
      'transient',
      /\(Protocol error\)/,
    ],
  ])('%i "%s" is %s', (code, details, failureClass, sentence) => {
    const classified = classifyFailure(failure(code, details), endpoint(57_400));
    expect(classified).toMatchObject({ class: failureClass, code });
    expect(classified.sentence).toMatch(sentence);
    expect(classified.sentence).toMatch(/^127\.0\.0\.1:57400\b/);
    expect(classified.sentence).not.toMatch(/\n|undefined/);
  });

  test('an IPv6 address stands in brackets', () => {
    const { sentence } = classifyFailure(failure(status.DEADLINE_EXCEEDED, ''), {
      ...endpoint(1),
      address: '2001:db8::1',
    });
    expect(sentence).toMatch(/^\[2001:db8::1\]:1 /);
  });

  test('what is no gRPC failure lasts: trying again would not help', () => {
    expect(classifyFailure(new Error('not a path: "x"'), endpoint(1))).toEqual({
      class: 'permanent',
      code: null,
      details: '',
      refusal: null,
      sentence: '127.0.0.1:1: not a path: "x"',
    });
    const { sentence } = classifyFailure(
      new Error('error:0480006C:PEM routines::no start line'),
      endpoint(1),
    );
    expect(sentence).toMatch(/the certificate or key given for it cannot be read/);
  });
});
