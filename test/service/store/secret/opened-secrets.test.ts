import { describe, expect, test } from 'vitest';
import { makeUuid } from '../../../../core/id.ts';
import { systemClock } from '../../../../core/time.ts';
import { credentialPlace } from '../../../../service/store/secret/credential.ts';
import { keyPairOf } from '../../../../service/store/secret/master-key.ts';
import { OpenedSecrets } from '../../../../service/store/secret/opened-secrets.ts';
import { SecretBox } from '../../../../service/store/secret/sealed-secret.ts';
import { sealSecrets } from '../../../../service/store/secret/sealer.ts';
import { masterKey } from '../../../support/secret-keys.ts';

const endpoint = {
  protocol: 'gnmi',
  address: '192.0.2.1',
  port: 57_400,
  tlsMode: 'verified',
  tlsName: null,
  tlsCaPem: null,
} as const;
const key = masterKey('k1');
const box = new SecretBox([key]);
/** Opens nothing, so whoever gets an answer of it had it already. */
const nothing = new SecretBox([]);
const id = makeUuid(systemClock);

function sealed(password: string) {
  const sealer = {
    to: 'public-key',
    publicKey: keyPairOf(key).publicKey,
    living: new Set<string>(),
  } as const;
  return { id, sealed: sealSecrets(sealer, { password }, credentialPlace(id, endpoint)) };
}

describe('secrets that were opened before', () => {
  test('are not opened again while nothing changes', () => {
    const opened = new OpenedSecrets();
    const stored = sealed('one');
    for (const each of [box, nothing, nothing]) {
      opened.beginRound();
      expect(opened.open(each, stored, endpoint).password).toBe('one');
    }
  });

  test('are opened again where they were entered anew, or their endpoint changed', () => {
    const opened = new OpenedSecrets();
    const stored = sealed('one');
    opened.open(box, stored, endpoint);
    expect(opened.open(box, sealed('two'), endpoint).password).toBe('two');
    opened.open(box, stored, endpoint);
    expect(() => opened.open(box, stored, { ...endpoint, port: 1 })).toThrow(/was not entered for/);
  });

  test('are forgotten with a round that does not ask for them', () => {
    const opened = new OpenedSecrets();
    const stored = sealed('one');
    opened.open(box, stored, endpoint);
    opened.beginRound();
    opened.beginRound();
    expect(() => opened.open(nothing, stored, endpoint)).toThrow(/not among the secret keys/);
  });
});
