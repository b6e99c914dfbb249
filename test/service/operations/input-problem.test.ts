import { expect, test } from 'vitest';
import { z } from 'zod';
import { type InputIssue, inputProblem } from '../../../service/operations/input-problem.ts';

const tags = z.record(z.string().max(4), z.string());

test.each<[string, z.ZodType, unknown, string]>([
  ['nothing', z.string(), undefined, 'is missing'],
  ['another type', z.string(), 7, 'must be of type string'],
  ['an empty text', z.string().min(1), '', 'must not be empty'],
  ['a short text', z.string().min(3), 'a', 'must have at least 3 characters'],
  ['a long text', z.string().max(3), 'abcd', 'must have at most 3 characters'],
  ['an empty list', z.array(z.string()).min(1), [], 'must not be empty'],
  ['a small number', z.number().min(1), 0, 'must be at least 1'],
  ['a large number', z.number().lt(9), 9, 'must be less than 9'],
  ['none of the choices', z.enum(['a', 'b', 'c']), 'd', 'must be a, b or c'],
  ['an unknown field', z.strictObject({}), { x: 1 }, 'is not known: x'],
  [
    'a long name of a tag',
    tags,
    { abcde: '' },
    'has a name that does not fit: must have at most 4 characters',
  ],
  ['what the contract has words for', z.string().regex(/a/, 'needs an a'), 'b', 'needs an a'],
])('%s', (_what, schema, value, sentence) => {
  const [issue] = schema.safeParse(value).error!.issues;
  expect(inputProblem(issue as InputIssue)).toBe(sentence);
});
