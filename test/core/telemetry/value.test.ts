import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exactInteger, type LeafValue, numberOf, textOf } from '../../../core/telemetry/value.ts';
import { holds } from '../../support/property.ts';

const int = (value: bigint): LeafValue => ({ kind: 'int', value });
const uint = (value: bigint): LeafValue => ({ kind: 'uint', value });
const decimal = (digits: bigint, precision: number): LeafValue => ({
  kind: 'decimal',
  digits,
  precision,
});

describe('a value', () => {
  test.each<[LeafValue, number | null, bigint | null, string]>([
    [int(-5n), -5, -5n, '-5'],
    [uint(2n ** 53n + 1n), 2 ** 53, 2n ** 53n + 1n, '9007199254740993'],
    [uint(2n ** 64n - 1n), 2 ** 64, 2n ** 64n - 1n, '18446744073709551615'],
    [{ kind: 'double', value: 2.5 }, 2.5, null, '2.5'],
    [{ kind: 'double', value: 42 }, 42, 42n, '42'],
    [{ kind: 'double', value: 2 ** 60 }, 2 ** 60, null, String(2 ** 60)],
    [decimal(-1234n, 2), -12.34, null, '-12.34'],
    [decimal(5n, 3), 0.005, null, '0.005'],
    [decimal(7n, 0), 7, 7n, '7'],
    [decimal(-5n, 1), -0.5, null, '-0.5'],
    [{ kind: 'bool', value: true }, 1, null, 'true'],
    [{ kind: 'text', value: 'UP' }, null, null, 'UP'],
    [{ kind: 'bytes', value: Uint8Array.of(0, 255, 16) }, null, null, 'AP8Q'],
    [{ kind: 'list', items: [uint(1n), { kind: 'text', value: 'a' }] }, null, null, '["1","a"]'],
    [{ kind: 'list', items: [] }, null, null, '[]'],
  ])('%o', (value, number, integer, text) => {
    expect(numberOf(value)).toBe(number);
    expect(exactInteger(value)).toBe(integer);
    expect(textOf(value)).toBe(text);
  });

  test('a decimal’s text is exact, whatever its digits', () => {
    const digits = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    holds([digits, fc.integer({ min: 1, max: 18 })], (all, precision) => {
      const [whole, fraction] = textOf(decimal(all, precision)).split('.');
      expect(fraction).toHaveLength(precision);
      expect(BigInt(`${whole}${fraction}`)).toBe(all);
      expect(whole).toMatch(/^-?(0|[1-9]\d*)$/);
    });
  });

  test('bytes are base64', () => {
    holds([fc.uint8Array({ maxLength: 40 })], (value) => {
      expect(textOf({ kind: 'bytes', value })).toBe(Buffer.from(value).toString('base64'));
    });
  });
});
