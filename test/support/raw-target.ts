/** A gNMI target made of bare HTTP/2, for what no gRPC server would do. It syncs each stream, then does as it is told. */
import { once } from 'node:events';
import { createServer, type Http2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { CapabilityResponse, SubscribeResponse } from '../../proto/generated/gnmi/gnmi.ts';

export interface RawTarget extends AsyncDisposable {
  readonly port: number;
}

export async function startRawTarget(
  afterSync: (session: Http2Session) => void,
): Promise<RawTarget> {
  const server = createServer();
  const sessions = new Set<Http2Session>();
  server.on('session', (session) => {
    sessions.add(session);
    session.on('error', () => {});
    session.on('close', () => sessions.delete(session));
  });
  server.on('stream', (stream, headers) => {
    stream.on('error', () => {});
    const unary = headers[':path'] === '/gnmi.gNMI/Capabilities';
    stream.respond(
      { ':status': 200, 'content-type': 'application/grpc' },
      { waitForTrailers: unary },
    );
    if (unary) {
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
      stream.end(framed(CapabilityResponse.encode(capabilities).finish()));
      return;
    }
    const { session } = stream;
    stream.write(framed(SubscribeResponse.encode(sync).finish()), () => afterSync(session!));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      for (const session of sessions) session.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

const capabilities: CapabilityResponse = {
  supportedModels: [],
  supportedEncodings: [],
  gNMIVersion: '0.10.0',
  extension: [],
};

const sync: SubscribeResponse = {
  response: { $case: 'syncResponse', value: true },
  extension: [],
};

/** A gRPC message: not compressed, its length, itself. */
function framed(message: Uint8Array): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}
