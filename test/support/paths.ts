/** Paths for tests: from text, and arbitrary ones with every character that has a meaning in the text form. */
import * as fc from 'fast-check';
import { parsePath, type Path, type PathElem } from '../../core/telemetry/path.ts';

export function pathOf(text: string): Path {
  const path = parsePath(text);
  if (!path.ok) throw new Error(path.problem);
  return path.value;
}

const awkward = fc.constantFrom(
  'Ethernet1/1',
  ']',
  '[',
  '\\',
  '/',
  '=',
  ':',
  '..',
  '*',
  'é',
  '🚦',
  ' ',
);

const word = fc
  .array(fc.oneof(awkward, fc.string({ unit: 'grapheme', minLength: 1, maxLength: 5 })), {
    minLength: 1,
    maxLength: 3,
  })
  .map((parts) => parts.join(''));

const keyName = fc.oneof(
  word,
  fc.constantFrom('__proto__', 'constructor', 'toString', '0', '10', '9'),
);

/** Key names as own properties, `__proto__` included, which an object literal would swallow. */
function ownKeys(entries: readonly (readonly [string, string])[]): Record<string, string> {
  return Object.fromEntries(entries);
}

export const arbitraryElem: fc.Arbitrary<PathElem> = fc.record({
  name: word,
  keys: fc
    .uniqueArray(fc.tuple(keyName, fc.oneof(word, fc.constant(''))), {
      selector: ([name]) => name,
      maxLength: 3,
    })
    .map(ownKeys),
});

export const arbitraryPath: fc.Arbitrary<Path> = fc.record({
  origin: fc.constantFrom('', 'cli', 'srl_nokia', 'vendor-x.y'),
  elems: fc.array(arbitraryElem, { maxLength: 5 }),
});
