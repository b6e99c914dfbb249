import { expect, test } from 'vitest';
import {
  makeMasterKey,
  masterFingerprint,
  masterKeysText,
  parseMasterKeys,
} from '../../../../service/store/secret/master-key.ts';

const key = (byte: number) => Buffer.alloc(32, byte).toString('base64');

test.each(['', 'k1', 'k1:short', `:${key(0)}`, `a b:${key(0)}`])(
  '"%s" is refused without being repeated',
  (text) => {
    expect(() => parseMasterKeys(text, 'NOCTURNE_SECRET_KEYS')).toThrow(
      /^NOCTURNE_SECRET_KEYS(:| holds).*expected id:key/,
    );
  },
);

test('two keys of one name are refused', () => {
  expect(() => parseMasterKeys(`a:${key(0)},a:${key(1)}`, 'NOCTURNE_SECRET_KEYS')).toThrow(
    'NOCTURNE_SECRET_KEYS holds two keys named "a": give each a name of its own',
  );
});

test('what is written can be read', () => {
  const keys = [makeMasterKey(), makeMasterKey()];
  expect(parseMasterKeys(masterKeysText(keys), 'here')).toEqual(keys);
});

/** Stands in databases: what comes of a key must never change. */
test('a key has always the same fingerprint', () => {
  const [zeros] = parseMasterKeys(`old:${key(0)}`, 'here');
  expect(masterFingerprint(zeros)).toBe('cdb9e968676a96fe6aadcce45160d5ac');
});
