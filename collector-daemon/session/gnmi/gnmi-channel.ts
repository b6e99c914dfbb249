/** One gRPC channel to one target: how it is secured, kept alive and bounded. */
import {
  type ChannelCredentials,
  Client,
  type ClientOptions,
  credentials,
  Metadata,
} from '@grpc/grpc-js';
import { authority, type GnmiEndpoint } from '../../../core/inventory/collection-target.ts';

/** First messages of 6–8 MB are normal on big chassis. */
export const maxReceiveBytes = 64 * 1024 * 1024;

/** Half-open TCP otherwise looks alive for two hours. For targets that find it too often see `calmerKeepaliveMs`. */
export const usualKeepaliveMs = 30_000;
const keepaliveTimeoutMs = 10_000;
/** Servers of gRPC put up with a ping every five minutes where nobody has set them otherwise (gRPC A8, A9). */
const calmKeepaliveMs = 330_000;
const slowestKeepaliveMs = 1_320_000;

/**
 * For the next channel to a target that said `too_many_pings`. At once what every server puts up with: doubling step by
 * step would cost an outage each. grpc-js doubles its own interval, but that is forgotten with the channel.
 */
export function calmerKeepaliveMs(keepaliveMs: number): number {
  return keepaliveMs < calmKeepaliveMs
    ? calmKeepaliveMs
    : Math.min(slowestKeepaliveMs, keepaliveMs * 2);
}

/** @throws Error where the PEM texts are unusable */
export function openChannel(endpoint: GnmiEndpoint, keepaliveMs = usualKeepaliveMs): Client {
  const options: ClientOptions = {
    'grpc.max_receive_message_length': endpoint.maxMessageBytes ?? maxReceiveBytes,
    'grpc.keepalive_time_ms': keepaliveMs,
    'grpc.keepalive_timeout_ms': keepaliveTimeoutMs,
    // A channel of its own per session: closing it closes the connection.
    'grpc.use_local_subchannel_pool': 1,
    'grpc.enable_retries': 0,
    'grpc.service_config_disable_resolution': 1,
    // Devices are reached as they are written down, whatever `http_proxy` the service was started with.
    'grpc.enable_http_proxy': 0,
  };
  if (endpoint.tlsMode !== 'plaintext' && endpoint.tlsName !== null) {
    options['grpc.ssl_target_name_override'] = endpoint.tlsName;
    options['grpc.default_authority'] = endpoint.tlsName;
  }
  return new Client(authority(endpoint), channelCredentials(endpoint), options);
}

function channelCredentials(endpoint: GnmiEndpoint): ChannelCredentials {
  switch (endpoint.tlsMode) {
    case 'plaintext':
      return credentials.createInsecure();
    case 'skip-verify':
      return credentials.createSsl(null, pem(endpoint.tlsKeyPem), pem(endpoint.tlsCertificatePem), {
        rejectUnauthorized: false,
        checkServerIdentity: () => undefined,
      });
    case 'verified':
      return credentials.createSsl(pem(endpoint.tlsCaPem));
    case 'mutual':
      return credentials.createSsl(
        pem(endpoint.tlsCaPem),
        pem(endpoint.tlsKeyPem),
        pem(endpoint.tlsCertificatePem),
      );
    default:
      return endpoint.tlsMode satisfies never;
  }
}

function pem(text: string | null): Buffer | null {
  return text === null ? null : Buffer.from(text);
}

/**
 * gNMI authenticates by metadata (gNMI authentication §2).
 * @throws Error without the text where gRPC cannot carry it; grpc-js's own holds the password
 */
export function credentialMetadata({ username, password }: GnmiEndpoint): Metadata {
  const metadata = new Metadata();
  if (username !== null) setText(metadata, 'username', username);
  if (password !== null) setText(metadata, 'password', password);
  return metadata;
}

function setText(metadata: Metadata, key: 'username' | 'password', text: string): void {
  if (!/^[ -~]*$/.test(text)) {
    throw new Error(`the ${key} holds a character that gRPC cannot carry; enter it again`);
  }
  metadata.set(key, text);
}
