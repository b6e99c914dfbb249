import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type FallMeaning, meaningOf } from '../../../collector-daemon/normalise/counter-delta.ts';
import { holds } from '../../support/property.ts';

const max32 = 2n ** 32n;
const max64 = 2n ** 64n;
const unknown = { kind: 'unknown' } as const;
const reset = (delta: bigint): FallMeaning => ({ kind: 'reset', delta });
const wrap = (delta: bigint): FallMeaning => ({ kind: 'wrap', delta });

describe('a counter that went down', () => {
  test.each([
    ['wrapped at 32 bits, when it counted as much as usual', max32 - 6n, 4n, 10, wrap(10n)],
    ['wrapped at 64 bits', max64 - 1n, 0n, 1, wrap(1n)],
    [
      'wrapped, when it counted up to twice as much as usual',
      max32 - 1_990n,
      10n,
      1_000,
      wrap(2_000n),
    ],
    [
      'was restarted near 2^32, when a wrap would be more than that',
      max32 - 7_000n,
      200n,
      1_000,
      reset(200n),
    ],
    ['was cleared at 4.2e9, beyond the half of 32 bits', 4_200_008_000n, 500n, 1_000, reset(500n)],
    ['was cleared', 1_000_000n, 0n, 1_000, reset(0n)],
    ['was cleared, whatever it counts', 1_000_000n, 0n, Number.NaN, reset(0n)],
    [
      'slipped back by less than it counts',
      1_000_000_008_000n,
      1_000_000_007_990n,
      1_000,
      { kind: 'slip' },
    ],
    ['slipped back, though it stands low', 2_000n, 1_990n, 1_000, { kind: 'slip' }],
    [
      'fell by more than it counts, and not to the beginning',
      9_000_000n,
      4_000_000n,
      1_000,
      unknown,
    ],
    ['was restarted, and nobody knows how much it counts', 1_000n, 7n, Number.NaN, unknown],
    ['wrapped, and nobody knows how much it counts', max32 - 6n, 4n, Number.NaN, unknown],
    ['wrapped at the very end of 64 bits', max64 - 8n, 4n, Number.NaN, wrap(12n)],
    ['had no count at all', max64 - 1n, 4n, Number.NaN, unknown],
    ['went below zero, which no counter does', 5n, -3n, 1_000, unknown],
    ['was far away from the end of 64 bits', max64 / 2n, 5n, Number.NaN, unknown],
  ] as const)('%s', (_what, before, now, usual, meaning) => {
    expect(meaningOf({ before, now, usual, wide: false, cleared: false })).toEqual(meaning);
  });

  test.each([
    ['however much it has counted since', 9_000_000n, 4_000_000n, 1_000],
    ['and is near 2^32', max32 - 6n, 4n, 10],
  ])('was cleared where the device says so, %s', (_what, before, now, usual) => {
    expect(meaningOf({ before, now, usual, wide: false, cleared: true })).toEqual(reset(now));
  });

  test.each([
    ['32', max32],
    ['64', max64],
  ])('has wrapped exactly along every steady walk of a %s-bit counter', (_bits, range) => {
    const usual = fc.integer({ min: 1, max: 1_000_000 });
    holds(
      [
        usual,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0.1, max: 2, noNaN: true }),
      ],
      (most, where, share) => {
        const step = BigInt(Math.ceil(most * share));
        const now = BigInt(Math.floor(Number(step - 1n) * where));
        const before = now + range - step;
        expect(meaningOf({ before, now, usual: most, wide: false, cleared: false })).toEqual(
          wrap(step),
        );
      },
    );
  });

  test('does not wrap at 32 bits where it has been beyond', () => {
    const fall = { before: max32 - 6n, now: 4n, usual: 10, cleared: false };
    expect(meaningOf({ ...fall, wide: true })).toEqual(reset(4n));
  });

  test('has never counted more than twice what is usual', () => {
    const value = fc.bigInt({ min: -(2n ** 63n), max: max64 - 1n });
    const usual = fc.oneof(fc.constant(Number.NaN), fc.double({ min: 0, max: 1e20, noNaN: true }));
    holds([value, value, usual], (one, other, most) => {
      const [now, before] = one < other ? [one, other] : [other, one];
      if (now === before) return;
      const meaning = meaningOf({ before, now, usual: most, wide: false, cleared: false });
      const delta = 'delta' in meaning ? Number(meaning.delta) : 0;
      expect(delta).toBeGreaterThanOrEqual(0);
      const mayBe = Number.isNaN(most) ? 4_096 : most * 2;
      expect(delta).toBeLessThanOrEqual(mayBe);
    });
  });
});
