import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeUuid, parseNodeName, parseUuid, type RandomBytes } from '../../core/id.ts';
import { holds } from '../support/property.ts';

const allOnes: RandomBytes = (length) => new Uint8Array(length).fill(0xff);
const at = (ms: number) => ({ nowMs: () => ms });

describe('ids', () => {
  test('a UUIDv7 carries its millisecond, version and variant', () => {
    expect(makeUuid(at(0x0198_a000_0001), allOnes)).toBe('0198a000-0001-7fff-bfff-ffffffffffff');
    expect(makeUuid(at(0x0198_a000_0001 + 0.9), (length) => new Uint8Array(length))).toBe(
      '0198a000-0001-7000-8000-000000000000',
    );
  });

  test('ids sort by the time of their making, whatever their randomness', () => {
    const time = fc.integer({ min: 0, max: 2 ** 48 - 2 });
    const random = fc.uint8Array({ minLength: 16, maxLength: 16 });
    holds([time, random, random], (ms, first, second) => {
      const earlier = makeUuid(at(ms), () => Uint8Array.from(first));
      const later = makeUuid(at(ms + 1), () => Uint8Array.from(second));
      expect(earlier < later).toBe(true);
      expect(parseUuid(earlier)).toEqual({ ok: true, value: earlier });
    });
  });

  test('an id in capitals is read as the same id', () => {
    expect(parseUuid('0198A000-0001-7FFF-BFFF-FFFFFFFFFFFF')).toEqual({
      ok: true,
      value: '0198a000-0001-7fff-bfff-ffffffffffff',
    });
  });

  test.each([
    '',
    '0198a000',
    '0198a000-0001-7fff-bfff-fffffffffff',
    `x198a000-0001-7fff-bfff-ffffffffffff`,
  ])('"%s" is no id', (text) => expect(parseUuid(text)).toMatchObject({ ok: false }));
});

describe('node names', () => {
  test.each(['a', 'col-1.fra', 'N_9', 'x'.repeat(63)])('%s is one', (text) =>
    expect(parseNodeName(text)).toEqual({ ok: true, value: text }),
  );

  test.each(['', '-a', 'a:b', 'a b', 'é', 'a\n', 'x'.repeat(64)])('"%s" is none', (text) =>
    expect(parseNodeName(text)).toMatchObject({ ok: false }),
  );
});
