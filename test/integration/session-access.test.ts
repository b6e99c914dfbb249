import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { GnmiEndpoint } from '../../core/inventory/collection-target.ts';
import { ManualTimer } from '../../simulator/manual-timer.ts';
import { startSimulator, type SimulatorOptions } from '../../simulator/simulator-service.ts';
import { type Certificates, makeCertificates } from '../support/certificates.ts';
import { endpoint, sampled } from '../support/collection.ts';
import { SessionProbe } from '../support/session-probe.ts';

const counters = sampled('/interfaces/interface[name=*]/state/counters');
const login = { username: 'noc', password: 'night' };
let certificates: Certificates;
let stack = new AsyncDisposableStack();

beforeAll(async () => {
  certificates = await makeCertificates();
});

afterEach(async () => {
  await stack.disposeAsync();
  stack = new AsyncDisposableStack();
});

/** The session's outcome: `streaming`, or the sentence of its failure. */
async function outcome(
  options: Omit<SimulatorOptions, 'count'>,
  access: Partial<GnmiEndpoint>,
): Promise<string> {
  const timer = new ManualTimer(1_800_000_000_000);
  const simulator = stack.use(await startSimulator({ ...options, count: 1, timer }));
  const probe = stack.use(
    SessionProbe.open(endpoint(simulator.targets[0]!.port, access), [counters]),
  );
  await probe.until(() => ['streaming', 'backing-off', 'refused'].includes(probe.state.name));
  const { name, lastError } = probe.state;
  return name === 'streaming' ? name : `${name}: ${lastError?.replace(/:\d+/, ':port')}`;
}

describe('login', () => {
  test('right', async () => {
    expect(await outcome({ login }, login)).toBe('streaming');
  });

  test.each([
    ['wrong', { ...login, password: 'hunter2' }],
    ['none', {}],
  ])('%s: refused for good, and no password in the sentence', async (_what, given) => {
    const sentence = await outcome({ login }, given);
    expect(sentence).toMatch(
      /^refused: 127\.0\.0\.1:port refused the login \(.*\); check the device's user name and password$/,
    );
    expect(sentence).not.toMatch(/hunter2|night/);
  });
});

describe('TLS', () => {
  const pem = (text: Buffer) => text.toString();
  const serverTls = () => certificates.server;
  const trusted = () => ({
    tlsMode: 'verified' as const,
    tlsCaPem: pem(certificates.authority.certPem),
    tlsName: 'leaf-01.example.net',
  });

  test('verified, with the authority and the name in the certificate', async () => {
    expect(await outcome({ tls: serverTls() }, trusted())).toBe('streaming');
  });

  test('another name is not trusted', async () => {
    expect(await outcome({ tls: serverTls() }, { ...trusted(), tlsName: null })).toMatch(
      /^refused: \S+ was not trusted \(Hostname\/IP does not match.*\); give its CA certificate or the name/,
    );
  });

  test('another authority is not trusted', async () => {
    const tlsCaPem = pem(certificates.stranger.certPem);
    expect(await outcome({ tls: serverTls() }, { ...trusted(), tlsCaPem })).toMatch(
      /^refused: \S+ was not trusted \(unable to verify the first certificate\)/,
    );
  });

  test('skip-verify takes any certificate', async () => {
    expect(await outcome({ tls: serverTls() }, { tlsMode: 'skip-verify' })).toBe('streaming');
  });

  describe('mutual', () => {
    const tls = () => ({ ...serverTls(), clientCaPem: certificates.authority.certPem });
    const as = ({ certPem, keyPem }: Certificates['client']) => ({
      ...trusted(),
      tlsMode: 'mutual' as const,
      tlsCertificatePem: pem(certPem),
      tlsKeyPem: pem(keyPem),
    });

    /** TLS 1.3 tells us after its handshake; the connection may be gone before we read it. */
    const ourCertificate =
      /^(refused|backing-off): \S+ (does not take our certificate|closed the connection before gRPC began)[^\n]*client certificate/;

    test('with our certificate', async () => {
      expect(await outcome({ tls: tls() }, as(certificates.client))).toBe('streaming');
    });

    test('without one', async () => {
      expect(await outcome({ tls: tls() }, trusted())).toMatch(ourCertificate);
    });

    test('with one of another authority', async () => {
      expect(await outcome({ tls: tls() }, as(certificates.strangersClient))).toMatch(
        ourCertificate,
      );
    });
  });

  test('a plaintext target is not spoken to in plaintext when TLS was asked for', async () => {
    expect(await outcome({}, trusted())).toMatch(/^backing-off: 127.0.0.1:port does not speak TLS/);
  });

  test('a TLS target asked in plaintext', async () => {
    expect(await outcome({ tls: serverTls() }, {})).toMatch(
      /^backing-off: 127.0.0.1:port closed the connection before gRPC began; check the port, the TLS mode/,
    );
  });

  test('a key that is none is said as such', async () => {
    const access = {
      ...trusted(),
      tlsMode: 'mutual' as const,
      tlsKeyPem: 'x',
      tlsCertificatePem: 'y',
    };
    expect(await outcome({ tls: serverTls() }, access)).toMatch(
      /^refused: 127.0.0.1:port: the certificate or key given for it cannot be read/,
    );
  });
});
