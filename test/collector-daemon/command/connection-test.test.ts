import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { testConnection } from '../../../collector-daemon/command/connection-test.ts';
import type { GnmiEndpoint } from '../../../core/inventory/collection-target.ts';
import { type Certificates, type KeyPair, makeCertificates } from '../../support/certificates.ts';

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
  const { steps, problem } = await testConnection({
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
      ...endpoint,
    },
    nowMs: () => performance.now(),
    progress: () => {},
    signal: AbortSignal.timeout(20_000),
  });
  return { name: steps.at(-1)!.name, problem };
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
