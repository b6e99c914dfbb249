/** A @grpc/grpc-js server behind a Front, plaintext or TLS. */
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { Front } from './front.ts';

export interface TargetTls {
  readonly certPem: Buffer;
  readonly keyPem: Buffer;
  /** Set: clients must show a certificate signed by this authority. */
  readonly clientCaPem?: Buffer | undefined;
}

export interface ListenOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly tls?: TargetTls | undefined;
}

export interface GrpcListener extends AsyncDisposable {
  readonly front: Front;
}

/** Throws PORT_TAKEN or ADDRESS_INVALID. Disposing resets every connection and frees the port. */
export async function listenGrpc(server: Server, options: ListenOptions): Promise<GrpcListener> {
  const injector = server.createConnectionInjector(serverCredentials(options.tls));
  const front = new Front({
    ...options,
    accept: (connection) => injector.injectConnection(connection),
  });
  await front.listen();
  return {
    front,
    async [Symbol.asyncDispose]() {
      await front[Symbol.asyncDispose]();
      injector.destroy();
      server.forceShutdown();
    },
  };
}

function serverCredentials(tls: TargetTls | undefined): ServerCredentials {
  if (tls === undefined) return ServerCredentials.createInsecure();
  return ServerCredentials.createSsl(
    tls.clientCaPem ?? null,
    [{ private_key: tls.keyPem, cert_chain: tls.certPem }],
    tls.clientCaPem !== undefined,
  );
}
