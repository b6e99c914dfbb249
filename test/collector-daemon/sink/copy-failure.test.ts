import { describe, expect, test } from 'vitest';
import { isLasting } from '../../../collector-daemon/sink/copy-failure.ts';

const failure = (code: string, message = 'x') => Object.assign(new Error(message), { code });

describe('a failed COPY', () => {
  test.each([
    ['53100', 'the disk is full'],
    ['53300', 'too many connections'],
    ['57P01', 'the server is shutting down'],
    ['57014', 'the statement timed out'],
    ['40P01', 'a deadlock'],
    ['25006', 'the server is read-only'],
    ['55P03', 'a lock was not given'],
    ['08006', 'the connection failed'],
    ['28P01', 'the password was changed'],
    ['3D000', 'the database is being restored'],
    ['42501', 'a permission is missing'],
    ['42P01', 'a table is missing'],
    ['ECONNREFUSED', 'nobody listens'],
    ['ETIMEDOUT', 'no answer'],
  ])('%s (%s) passes, however long it lasts', (code) => {
    expect(isLasting(failure(code), true)).toBe(false);
  });

  test('the driver’s own words without a code pass too', () => {
    expect(isLasting(new Error('Connection terminated unexpectedly'), true)).toBe(false);
  });

  test.each(['22003', '22P05', '23505'])('%s is the batch’s own fault and lasts', (code) => {
    expect(isLasting(failure(code), false)).toBe(true);
  });

  test.each([failure('42703'), failure('XX000'), new TypeError('not a function'), 'a text'])(
    '%s is doubtful: as the caller says',
    (error) => {
      expect([isLasting(error, false), isLasting(error, true)]).toEqual([false, true]);
    },
  );
});
