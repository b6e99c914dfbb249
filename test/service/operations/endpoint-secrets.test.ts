import { generateKeyPairSync } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  checkCertificates,
  checkKey,
  checkLoginText,
} from '../../../service/operations/endpoint-secrets.ts';
import { type Certificates, makeCertificates } from '../../support/certificates.ts';
import { testDatabase } from '../../support/database.ts';
import { operationsAs, testServices } from '../../support/operation-client.ts';

let certificates: Certificates;
beforeAll(async () => {
  certificates = await makeCertificates();
});

const invalid = (sentence: RegExp) => ({
  code: 'INPUT_INVALID',
  message: expect.stringMatching(sentence) as string,
});

function thrownBy(run: () => void): unknown {
  try {
    run();
    return null;
  } catch (error) {
    return error;
  }
}

test.each(['line\nbreak', 'pässword', 'nul\0', 'tab\t'])(
  'a password that gRPC cannot carry is refused without being shown: %j',
  (password) => {
    const error = thrownBy(() => checkLoginText(password, 'password'));
    expect(error).toMatchObject(invalid(/^the password holds a character that gNMI cannot carry/));
    expect((error as Error).message).not.toContain(password);
  },
);

test('all of printable ASCII is a password', () => {
  const all = Array.from({ length: 95 }, (_, at) => String.fromCodePoint(32 + at)).join('');
  expect(thrownBy(() => checkLoginText(all, 'password'))).toBeNull();
  expect(thrownBy(() => checkLoginText(undefined, 'password'))).toBeNull();
});

describe('certificates', () => {
  test('may stand in a bundle, with words around them', () => {
    const { authority, stranger } = certificates;
    const bundle = `# two\n${authority.certPem.toString()}\n# and\n${stranger.certPem.toString()}`;
    expect(thrownBy(() => checkCertificates(bundle, 'CA certificate'))).toBeNull();
  });

  test('must be some, and each must be readable', () => {
    const key = certificates.authority.keyPem.toString();
    expect(thrownBy(() => checkCertificates(key, 'CA certificate'))).toMatchObject(
      invalid(/^the CA certificate holds no certificate: give the whole PEM text/),
    );
    const torn = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
    const bundle = certificates.authority.certPem.toString() + torn;
    expect(thrownBy(() => checkCertificates(bundle, 'CA certificate'))).toMatchObject(
      invalid(/^the CA certificate cannot be read \(.+\): give the whole PEM text/),
    );
  });
});

describe('a key', () => {
  test('must be that of its certificate', () => {
    const { client, server } = certificates;
    const certificate = client.certPem.toString();
    expect(thrownBy(() => checkKey(client.keyPem.toString(), certificate))).toBeNull();
    expect(thrownBy(() => checkKey(server.keyPem.toString(), certificate))).toMatchObject(
      invalid(/^the key is not that of the certificate/),
    );
  });

  test('must be readable, and have no passphrase', () => {
    expect(thrownBy(() => checkKey('-----BEGIN PRIVATE KEY-----', undefined))).toMatchObject(
      invalid(/^the key cannot be read/),
    );
    const locked = generateKeyPairSync('ec', {
      namedCurve: 'P-256',
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: {
        type: 'pkcs8',
        format: 'pem',
        cipher: 'aes-256-cbc',
        passphrase: 'hunter2',
      },
    });
    expect(thrownBy(() => checkKey(locked.privateKey, undefined))).toMatchObject(
      invalid(/^the key has a passphrase: give it without one/),
    );
  });
});

test('devices, their changes and connection tests are held to it', async () => {
  await using db = await testDatabase();
  await using services = testServices(db);
  const { device } = operationsAs(services, 'operator');
  const endpoint = { address: '192.0.2.1', username: 'noc' };
  const bad = { ...endpoint, password: 'hunter2\n' };
  const refused = invalid(/^the password holds/);
  await expect(device.add({ name: 'a', endpoint: bad })).rejects.toMatchObject(refused);
  await expect(device.testConnection({ endpoint: bad })).rejects.toMatchObject(refused);
  const { id } = await device.add({ name: 'a', endpoint });
  await expect(device.update({ id, endpoint: bad })).rejects.toMatchObject(refused);
  const mutual = {
    ...endpoint,
    tlsMode: 'mutual' as const,
    tlsCertificatePem: certificates.client.certPem.toString(),
  };
  await expect(device.add({ name: 'b', endpoint: mutual })).rejects.toMatchObject(
    invalid(/^mutual TLS needs a certificate and its key/),
  );
});
