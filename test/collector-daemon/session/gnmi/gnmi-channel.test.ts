import { expect, test } from 'vitest';
import { credentialMetadata } from '../../../../collector-daemon/session/gnmi/gnmi-channel.ts';

const endpoint = {
  address: '192.0.2.1',
  port: 57_400,
  tlsMode: 'plaintext' as const,
  tlsName: null,
  tlsCaPem: null,
  tlsCertificatePem: null,
  tlsKeyPem: null,
  username: 'noc',
  requestTarget: null,
  maxMessageBytes: null,
};

test('a login travels as metadata', () => {
  const metadata = credentialMetadata({ ...endpoint, password: 'a b~!' });
  expect(metadata.getMap()).toEqual({ username: 'noc', password: 'a b~!' });
});

test('a password that gRPC cannot carry is in no error', () => {
  expect(() => credentialMetadata({ ...endpoint, password: 'hunter2\n' })).toThrow(
    /^the password holds a character that gRPC cannot carry; enter it again$/,
  );
});
