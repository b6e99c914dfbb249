import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { NocturneError, sentenceOf } from '../../core/errors.ts';
import { holds } from '../support/property.ts';

test('a coded error keeps its code and its cause', () => {
  const cause = new Error('connect ECONNREFUSED');
  const error = new NocturneError('DATABASE_UNREACHABLE', 'cannot reach the database', { cause });
  expect(error).toMatchObject({ code: 'DATABASE_UNREACHABLE', cause, name: 'NocturneError' });
});

test.each([
  [new Error('first line\nsecond line'), 'first line'],
  [
    new AggregateError([new Error('refused on ::1'), new Error('and on 127.0.0.1')]),
    'refused on ::1',
  ],
  [new AggregateError([new Error('inner')], 'outer'), 'outer'],
  ['a text that was thrown', 'a text that was thrown'],
  [new Error(''), 'unknown error'],
  [new Error('undefined'), 'unknown error'],
  [new Error('null\nand more'), 'unknown error'],
  [Object.assign(new Error(''), { code: 'ECONNRESET' }), 'ECONNRESET'],
  [Object.assign(new Error('undefined'), { code: 'ETIMEDOUT', message: undefined }), 'ETIMEDOUT'],
  [new Error('', { cause: new Error('the inner one') }), 'the inner one'],
  [new AggregateError([], ''), 'AggregateError'],
  [new TypeError(''), 'TypeError'],
  [{ message: 'no error, but says so' }, 'no error, but says so'],
  [{}, 'unknown error'],
  [{ code: 14 }, '14'],
  [42, '42'],
  [null, 'unknown error'],
  [undefined, 'unknown error'],
])('the sentence of %s', (error, sentence) => expect(sentenceOf(error)).toBe(sentence));

test('no sentence holds an "undefined", whatever is thrown', () => {
  const saysNothing = fc.constantFrom(
    undefined,
    null,
    '',
    'undefined',
    'null',
    '[object Object]',
    ' ',
  );
  const thrown = fc.oneof(
    fc.record({ message: saysNothing, code: saysNothing, name: saysNothing, cause: saysNothing }),
    saysNothing,
    saysNothing.map((text) => Object.assign(new Error('x'), { message: text })),
  );
  holds([thrown], (error) => {
    expect(sentenceOf(error)).not.toMatch(/undefined|null|\[object|^$/);
  });
});
