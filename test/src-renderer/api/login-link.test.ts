import { ORPCError } from '@orpc/client';
import { describe, expect, it } from 'vitest';
import { backoffMs } from '../../../src-renderer/api/backoff.ts';
import { failureOf } from '../../../src-renderer/api/failure.ts';
import { tokenIn } from '../../../src-renderer/api/login.ts';

describe('what is pasted to log in', () => {
  it.each([
    ['https://noc.example/console/login#token=abc-DEF_123', 'abc-DEF_123'],
    ['  #token=abc%2B123  ', 'abc+123'],
    ['token=abcdefgh', 'abcdefgh'],
    ['abcdefgh12345678', 'abcdefgh12345678'],
  ])('reads %s', (text, token) => {
    expect(tokenIn(text)).toBe(token);
  });

  it.each(['', 'hello', 'https://noc.example/console/', 'two words here', '#token=abc%2'])(
    'refuses "%s"',
    (text) => {
      expect(tokenIn(text)).toBeNull();
    },
  );
});

describe('failures', () => {
  it.each([
    ['LOGIN_REQUIRED', 'login'],
    ['FORBIDDEN', 'permission'],
    ['NOT_FOUND', 'not-found'],
    ['CONFLICT', 'conflict'],
    ['QUERY_TOO_LARGE', 'refused'],
  ])('%s is of the kind %s', (code, kind) => {
    expect(failureOf(new ORPCError(code, { message: 'why' }))).toEqual({ kind, sentence: 'why' });
  });

  it('takes everything without a code for a lost connection', () => {
    expect(failureOf(new TypeError('Failed to fetch')).kind).toBe('offline');
  });
});

describe('back-off', () => {
  it('grows, stays bounded, and never is nothing', () => {
    const least = [0, 1, 2, 3, 50].map((attempt) => backoffMs(attempt, () => 0));
    expect(least).toEqual([250, 500, 1_000, 2_000, 7_500]);
    expect(backoffMs(50, () => 1)).toBe(15_000);
  });
});
