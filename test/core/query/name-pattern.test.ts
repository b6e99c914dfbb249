import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matchesName } from '../../../core/query/name-pattern.ts';
import { holds } from '../../support/property.ts';

describe('device names with wildcards', () => {
  test.each([
    ['leaf-*', 'leaf-01', true],
    ['*', '', true],
    ['a*a', 'a', false],
    ['a*b*c', 'a-c-b', false],
    ['*b*', 'abc', true],
    ['leaf.0*', 'leaf-01', false],
    ['Leaf', 'leaf', false],
  ])('%s and %s: %s', (pattern, name, matches) => expect(matchesName(pattern, name)).toBe(matches));

  const text = fc.string({ unit: fc.constantFrom('a', 'b', '*', '.', '\n'), maxLength: 8 });
  test('are matched as a regular expression would, whatever the text', () => {
    holds(
      [text, text],
      (pattern, name) => {
        const parts = pattern.split('*').map((part) => part.replaceAll('.', '\\.'));
        const expected = new RegExp(`^${parts.join('.*')}$`, 'su').test(name);
        expect(matchesName(pattern, name)).toBe(expected);
      },
      2_000,
    );
  });

  test('a pattern made to take for ever does not', () => {
    expect(matchesName(`${'a*'.repeat(127)}b`, 'a'.repeat(255))).toBe(false);
  });
});
