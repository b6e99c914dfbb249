import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SecretBox } from '../../../../service/store/secret/sealed-secret.ts';
import { loadSecretBox, parseMasterKeys } from '../../../../service/store/secret/secret-keys.ts';

const place = { table: 'credential', row: 'a', column: 'sealed' };
const unreadable = expect.objectContaining({ code: 'CREDENTIAL_UNREADABLE' }) as Error;

function box(id = 'k1'): SecretBox {
  return new SecretBox([{ id, key: randomBytes(32) }]);
}

describe('a sealed secret', () => {
  test('opens to the text sealed', () => {
    const one = box();
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(one.open(one.seal(text, place), place)).toBe(text);
      }),
    );
  });

  test('does not hold the text', () => {
    expect(box().seal('hunter2-hunter2', place).includes('hunter2')).toBe(false);
  });

  test('does not open in another row, with another key, or when a bit is flipped', () => {
    const one = box();
    const sealed = one.seal('secret', place);
    expect(() => one.open(sealed, { ...place, row: 'b' })).toThrow(unreadable);
    expect(() => box().open(sealed, place)).toThrow(unreadable);
    expect(() => box('k2').open(sealed, place)).toThrow(/sealed with the key "k1"/);
    for (let at = 0; at < sealed.length; at += 1) {
      const damaged = Buffer.from(sealed);
      damaged[at]! ^= 1;
      expect(() => one.open(damaged, place), `byte ${at}`).toThrow(unreadable);
    }
    expect(() => one.open(new Uint8Array(), place)).toThrow(unreadable);
  });

  test('opens after a newer key was put first', () => {
    const old = { id: 'k1', key: randomBytes(32) };
    const sealed = new SecretBox([old]).seal('secret', place);
    const rotated = new SecretBox([{ id: 'k2', key: randomBytes(32) }, old]);
    expect(rotated.open(sealed, place)).toBe('secret');
  });
});

describe('master keys', () => {
  test('a file is made once, for us alone', async () => {
    const dataDir = await mkdtemp(path.join(os.tmpdir(), 'nocturne-keys-'));
    const first = await loadSecretBox({}, dataDir);
    const second = await loadSecretBox({}, dataDir);
    expect(second.open(first.seal('x', place), place)).toBe('x');
    expect((await stat(path.join(dataDir, 'secret-keys'))).mode & 0o077).toBe(0);
    await rm(dataDir, { recursive: true });
  });

  test.each(['', 'k1', 'k1:short', `:${'A'.repeat(43)}=`, `a b:${'A'.repeat(43)}=`])(
    '"%s" is refused without being repeated',
    (text) => {
      expect(() => parseMasterKeys(text, 'NOCTURNE_SECRET_KEYS')).toThrow(
        /^NOCTURNE_SECRET_KEYS(:| holds).*expected id:key/,
      );
    },
  );
});
