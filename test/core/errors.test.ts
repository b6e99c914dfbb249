import { expect, test } from 'vitest';
import { NocturneError, sentenceOf } from '../../core/errors.ts';

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
  [undefined, 'undefined'],
])('the sentence of %s', (error, sentence) => expect(sentenceOf(error)).toBe(sentence));
