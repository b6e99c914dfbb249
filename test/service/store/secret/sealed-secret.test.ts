import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readEnvelope } from '../../../../service/store/secret/envelope-codec.ts';
import { keyPairOf, type MasterKey } from '../../../../service/store/secret/master-key.ts';
import { noSecrets, SecretBox } from '../../../../service/store/secret/sealed-secret.ts';
import type { SecretPlace } from '../../../../service/store/secret/secret-place.ts';
import { type Sealer, sealSecrets } from '../../../../service/store/secret/sealer.ts';
import { masterKey } from '../../../support/secret-keys.ts';

const endpoint = {
  protocol: 'gnmi',
  address: '192.0.2.1',
  port: 57_400,
  tlsMode: 'verified',
  tlsName: null,
  tlsCaPem: null,
} as const;
const place: SecretPlace = { table: 'credential', row: 'a', column: 'sealed', endpoint };
const all = { username: 'noc', password: 'hunter2', tlsKeyPem: 'the key' };
const unreadable = (sentence: RegExp) =>
  expect.objectContaining({
    code: 'CREDENTIAL_UNREADABLE',
    message: expect.stringMatching(sentence) as string,
  }) as Error;

function toPublicKey(master: MasterKey): Sealer {
  return { to: 'public-key', publicKey: keyPairOf(master).publicKey, living: new Set() };
}

const versions = [
  ['version 1', (master: MasterKey): Sealer => ({ to: 'master-key', master })],
  ['version 2', toPublicKey],
] as const;

describe.each(versions)('an envelope of %s', (_version, sealerOf) => {
  test('opens to what was sealed', () => {
    const master = masterKey('k1');
    const text = fc.option(fc.string({ unit: 'grapheme', maxLength: 200 }));
    const secrets = fc.record({ username: text, password: text, tlsKeyPem: text });
    fc.assert(
      fc.property(secrets, (given) => {
        const present = Object.entries(given).filter(([, one]) => one !== null);
        const sealed = sealSecrets(sealerOf(master), Object.fromEntries(present), place);
        expect(new SecretBox([masterKey('k2'), master]).open(sealed, place)).toEqual(given);
      }),
      { numRuns: 50 },
    );
  });

  test('holds no secret in the open', () => {
    const sealed = sealSecrets(sealerOf(masterKey('k1')), all, place).toString('latin1');
    for (const secret of Object.values(all)) expect(sealed).not.toContain(secret);
  });

  test('does not open in another row, with another key, or when a bit is flipped', () => {
    const master = masterKey('k1');
    const box = new SecretBox([master]);
    const sealed = sealSecrets(sealerOf(master), all, place);
    expect(() => box.open(sealed, { ...place, row: 'b' })).toThrow(unreadable(/./));
    expect(() => box.open(sealed, { ...place, table: 'command' })).toThrow(unreadable(/./));
    expect(() => new SecretBox([masterKey('k1')]).open(sealed, place)).toThrow(unreadable(/./));
    expect(() => new SecretBox([]).open(sealed, place)).toThrow(unreadable(/not among the/));
    for (let at = 0; at < sealed.length; at += 1) {
      const damaged = Buffer.from(sealed);
      damaged[at]! ^= 1;
      expect(() => box.open(damaged, place), `byte ${at}`).toThrow(unreadable(/./));
    }
    expect(() => box.open(new Uint8Array(), place)).toThrow(unreadable(/damaged/));
    expect(() => box.open(Buffer.from([3, 1, 2]), place)).toThrow(unreadable(/newer program/));
  });
});

describe('version 2', () => {
  const master = masterKey('k1');
  const box = new SecretBox([master]);
  const sealed = sealSecrets(toPublicKey(master), all, place);

  test.each([
    ['protocol', { protocol: 'netconf' }],
    ['address', { address: '192.0.2.9' }],
    ['port', { port: 57_401 }],
    ['TLS mode', { tlsMode: 'plaintext' }],
    ['expected name', { tlsName: 'leaf-01' }],
    ['CA', { tlsCaPem: 'another' }],
  ] as const)('does not open for an endpoint with another %s', (_what, change) => {
    const moved = { ...place, endpoint: { ...endpoint, ...change } };
    expect(() => box.open(sealed, moved)).toThrow(
      unreadable(/^the password kept in credential a was not entered for .*: enter it again$/),
    );
    const key = sealSecrets(toPublicKey(master), { tlsKeyPem: 'the key' }, place);
    expect(() => box.open(key, moved)).toThrow(unreadable(/^the TLS key kept/));
    const name = sealSecrets(toPublicKey(master), { username: 'noc' }, place);
    expect(box.open(name, moved)).toEqual({ ...noSecrets, username: 'noc' });
  });

  test('tells which secrets it holds, and not how long they are', () => {
    const kinds = (envelope: Buffer) => {
      const read = readEnvelope(envelope);
      return read?.version === 2 ? read.parts.map(({ kind }) => kind) : null;
    };
    expect(kinds(sealed)).toEqual(['username', 'password', 'tlsKeyPem']);
    expect(kinds(sealSecrets(toPublicKey(master), {}, place))).toEqual([]);
    const lengths = ['', 'x', 'x'.repeat(63)].map(
      (password) => sealSecrets(toPublicKey(master), { password }, place).length,
    );
    expect(new Set(lengths).size).toBe(1);
  });

  test('is not one whose parts are mixed up', () => {
    const read = readEnvelope(sealed);
    if (read?.version !== 2) throw new Error('not version 2');
    // Twice the same kind, and a part that calls itself another one.
    expect(readEnvelope(Buffer.concat([sealed, sealed.subarray(1)]))).toBeNull();
    const renamed = Buffer.from(sealed);
    renamed[1] = 3;
    expect(() =>
      box.open(renamed.subarray(0, 1 + 21 + read.parts[0]!.sealed.length), place),
    ).toThrow(unreadable(/./));
  });
});
