import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { status } from '@grpc/grpc-js';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { testConnection } from '../../../collector-daemon/command/connection-test.ts';
import type { GnmiEndpoint } from '../../../core/inventory/collection-target.ts';
import { Encoding, type SubscribeRequest } from '../../../proto/generated/gnmi/gnmi.ts';
import { type Certificates, type KeyPair, makeCertificates } from '../../support/certificates.ts';
import { ScriptedTarget, type ScriptedTargetOptions } from '../../support/scripted-target.ts';
import { wirePath } from '../../support/wire.ts';

let certificates: Certificates;
beforeAll(async () => {
  certificates = await makeCertificates();
});

let stack: AsyncDisposableStack;
beforeEach(() => {
  stack = new AsyncDisposableStack();
});
afterEach(() => stack.disposeAsync());

/** Answers the port. */
async function listening(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket.on('error', () => {})));
  stack.defer(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** Speaks TLS, and hangs up then. */
function tlsTarget({ certPem, keyPem }: KeyPair): Promise<number> {
  const server = createTlsServer({ cert: certPem, key: keyPem, ALPNProtocols: ['h2'] });
  return listening(server.on('secureConnection', (socket) => socket.destroy()));
}

/** The last step that was tried: its name and what was found. */
async function lastStep(
  port: number,
  endpoint: Partial<GnmiEndpoint>,
): Promise<{ name: string; problem: string | null }> {
  const { steps, problem } = await tested(port, endpoint);
  return { name: steps.at(-1)!.name, problem };
}

function tested(port: number, endpoint: Partial<GnmiEndpoint>) {
  return testConnection({
    endpoint: {
      address: '127.0.0.1',
      port,
      tlsMode: 'verified',
      tlsName: 'leaf-01.example.net',
      tlsCaPem: certificates.authority.certPem.toString(),
      tlsCertificatePem: null,
      tlsKeyPem: null,
      username: null,
      password: null,
      requestTarget: null,
      maxMessageBytes: null,
      ...endpoint,
    },
    nowMs: () => performance.now(),
    progress: () => {},
    signal: AbortSignal.timeout(20_000),
  });
}

describe('a connection test against TLS', () => {
  test('goes on where the certificate is right', async () => {
    const port = await tlsTarget(certificates.server);
    expect((await lastStep(port, {})).name).toBe('Capabilities');
  });

  test('names whom the certificate is for', async () => {
    const port = await tlsTarget(certificates.server);
    expect(await lastStep(port, { tlsName: null })).toEqual({
      name: 'TLS',
      problem: `127.0.0.1:${port}: its certificate is for DNS:leaf-01.example.net, not for 127.0.0.1; give the name that is in it`,
    });
  });

  test('asks for the CA certificate where nobody trusted has signed', async () => {
    const port = await tlsTarget(certificates.server);
    const sentence =
      'its certificate is signed by nobody who is trusted here; give the CA certificate that signed it';
    for (const tlsCaPem of [null, certificates.stranger.certPem.toString()]) {
      expect(await lastStep(port, { tlsCaPem })).toEqual({
        name: 'TLS',
        problem: `127.0.0.1:${port}: ${sentence}`,
      });
    }
    const selfSigned = await tlsTarget(certificates.stranger);
    expect((await lastStep(selfSigned, {})).problem).toContain(sentence);
  });

  test('tells an expired certificate from an untrusted one', async () => {
    const port = await tlsTarget(certificates.expired);
    expect(await lastStep(port, {})).toEqual({
      name: 'TLS',
      problem: `127.0.0.1:${port}: its certificate has expired; renew it on the device, and check the clock of this machine`,
    });
  });

  test('says that the port speaks no TLS', async () => {
    const port = await listening(createServer((socket) => socket.write('SSH-2.0-OpenSSH_9.2\r\n')));
    expect(await lastStep(port, {})).toEqual({
      name: 'TLS',
      problem: `127.0.0.1:${port}: it does not speak TLS on this port; check the port or choose plaintext`,
    });
  });

  test('says that the target hung up', async () => {
    const port = await listening(createServer((socket) => socket.destroy()));
    expect(await lastStep(port, {})).toEqual({
      name: 'TLS',
      problem: `127.0.0.1:${port}: it closed the connection during the TLS handshake; check the port and whether it speaks TLS`,
    });
  });
});

describe('a connection test of a target with ways of its own', () => {
  async function stepsOf(options: ScriptedTargetOptions, endpoint: Partial<GnmiEndpoint> = {}) {
    const target = stack.use(await ScriptedTarget.start(options));
    void target.stream().then(
      (stream) => stream.notify({ prefix: wirePath([], { target: 'leaf-01' }) }),
      () => {},
    );
    return (await tested(target.port, { tlsMode: 'plaintext', ...endpoint })).steps.slice(-2);
  }
  const refusal = { code: status.INVALID_ARGUMENT, details: 'no' };
  const list = ({ request }: SubscribeRequest) =>
    request?.$case === 'subscribe' ? request.value : null;

  test('says in which it streams', async () => {
    const steps = await stepsOf({
      refuse: (request) =>
        list(request)?.prefix === undefined && list(request)?.encoding === Encoding.JSON_IETF
          ? null
          : refusal,
    });
    expect(steps).toMatchObject([
      { name: 'Capabilities', state: 'done' },
      {
        state: 'done',
        detail: 'streams /interfaces/interface/state as JSON_IETF, without a prefix',
      },
    ]);
  });

  test('goes on without Capabilities', async () => {
    const denied = { code: status.PERMISSION_DENIED, details: 'not for you' };
    expect(await stepsOf({ capabilities: denied })).toMatchObject([
      { state: 'done', detail: 'not told (not for you); it is asked for updates all the same' },
      { state: 'done', detail: 'streams /interfaces/interface/state as PROTO' },
    ]);
  });

  test('asks for the target that is meant, and takes no other', async () => {
    expect(await stepsOf({}, { requestTarget: 'leaf-01' })).toMatchObject([{}, { state: 'done' }]);
    expect((await stepsOf({}, { requestTarget: 'leaf-02' }))[1]).toMatchObject({
      state: 'failed',
      detail: expect.stringContaining(
        'it answered for "leaf-01", though "leaf-02" was asked for',
      ) as string,
    });
  });

  test('says what a target that takes nothing said first', async () => {
    const [, last] = await stepsOf({ refuse: () => refusal });
    expect(last?.detail).toMatch(/refused the request \(no\); check the subscribed paths$/);
  });
});

describe('a connection test without TLS', () => {
  const plaintext = { tlsMode: 'plaintext' as const };

  test('against a TLS port says so', async () => {
    const port = await tlsTarget(certificates.server);
    expect(await lastStep(port, plaintext)).toEqual({
      name: 'Capabilities',
      problem: `127.0.0.1:${port} closed the connection before gRPC began; check the port, the TLS mode and the client certificate`,
    });
  });

  test('against garbage says so', async () => {
    const port = await listening(createServer((socket) => socket.write(Buffer.alloc(512, 0xa5))));
    expect(await lastStep(port, plaintext)).toEqual({
      name: 'Capabilities',
      problem: `127.0.0.1:${port} does not speak gRPC on this port (Protocol error); check the port and the TLS mode`,
    });
  });

  test('against a closed port says so', async () => {
    const server = createServer();
    const port = await listening(server);
    server.close();
    await once(server, 'close');
    expect(await lastStep(port, plaintext)).toEqual({
      name: 'TCP',
      problem: `127.0.0.1:${port}: the connection was refused; check the port`,
    });
  });
});
