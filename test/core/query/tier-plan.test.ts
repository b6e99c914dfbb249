import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  bucketFor,
  chooseTier,
  reachHeld,
  segmentsOf,
  type Coverages,
  type Segment,
  type TierRequest,
} from '../../../core/query/tier-plan.ts';
import { defaultRetention, reachOf, tierMs, tiers } from '../../../core/query/tier.ts';
import { holds } from '../../support/property.ts';

const dayMs = 86_400_000;
const hourMs = 3_600_000;
const nowMs = Date.UTC(2026, 10, 21, 12, 34, 56);
const whole: Coverages = {
  '1m': { oldestMs: nowMs - 200 * dayMs - (nowMs % 60_000), newestMs: nowMs - (nowMs % 60_000) },
  '1h': { oldestMs: nowMs - 800 * dayMs - (nowMs % hourMs), newestMs: nowMs - (nowMs % hourMs) },
  '1d': { oldestMs: nowMs - 4_000 * dayMs - (nowMs % dayMs), newestMs: nowMs - (nowMs % dayMs) },
};

const uncut = { raw: -Infinity, '1m': -Infinity, '1h': -Infinity, '1d': -Infinity };
const reach = reachOf({ keptMs: defaultRetention, cutMs: uncut }, nowMs);

function request(days: number, rest: Partial<TierRequest> = {}): TierRequest {
  const range = { fromMs: nowMs - days * dayMs, toMs: nowMs };
  const given = { bucketMs: (days * dayMs) / 800, rawRows: 1_000, maxRawRows: 500_000 };
  return { range, ...given, reach, ...rest };
}

describe('the reach of a tier', () => {
  const at = (days: number) => nowMs - days * dayMs;

  test('is that of its setting, or of what was cut off it before', () => {
    const cut = { ...uncut, raw: at(2), '1h': at(900) };
    const found = reachOf({ keptMs: defaultRetention, cutMs: cut }, nowMs);
    expect(found).toEqual({ raw: at(2), '1m': at(180), '1h': at(730), '1d': at(3_650) });
  });

  test('ends where a coarser tier has more, whoever took it', () => {
    const hours = { oldestMs: at(20), newestMs: at(0), oldestWithinMs: at(20) };
    const minutes = { oldestMs: at(5), newestMs: at(0), oldestWithinMs: at(5) };
    const held = (coverages: Coverages) => reachHeld(uncut, coverages);
    expect(held({ '1m': minutes, '1h': hours })).toEqual({ ...uncut, '1m': at(5) });
    expect(held({ '1h': hours })).toEqual({ ...uncut, '1m': Infinity });
    // Of an hour that the range cuts, the minutes within it may be none.
    expect(held({ '1m': minutes, '1h': { ...hours, oldestWithinMs: undefined } })).toEqual(uncut);
    const alike = { ...hours, oldestWithinMs: Math.floor(at(5) / hourMs) * hourMs };
    expect(held({ '1m': minutes, '1h': alike })).toEqual(uncut);
  });
});

describe('the tier of a panel', () => {
  test.each([
    ['samples while there are few', request(1), 'raw'],
    ['minutes for a month of many samples', request(29, { rawRows: 1e8 }), '1m'],
    ['hours beyond the samples on 800 px', request(60), '1h'],
    ['minutes beyond the samples where the pixels want them', request(40, { bucketMs: 9e5 }), '1m'],
    ['hours where the minutes are gone, however fine', request(300, { bucketMs: 1_000 }), '1h'],
    ['days for years', request(1_000), '1d'],
    ['days where nothing reaches back', request(20_000), '1d'],
    ['samples where no rollup is fine enough', request(0.01, { rawRows: 1e8 }), 'raw'],
    ['samples for a percentile', request(20, { finest: true }), 'raw'],
    ['minutes for a percentile beyond them', request(60, { finest: true }), '1m'],
    ['hours for a percentile beyond those', request(300, { finest: true }), '1h'],
  ] as const)('%s', (_, asked, tier) => expect(chooseTier(asked)).toBe(tier));

  test('its buckets are whole rows', () => {
    expect(bucketFor(61_000, '1m')).toBe(120_000);
    expect(bucketFor(1_000, '1h')).toBe(hourMs);
    expect(bucketFor(1_234, 'raw')).toBe(1_234);
  });
});

function wrongWith(piece: Segment, before: Segment | undefined, coverages: Coverages): string[] {
  const wrong = [];
  if (piece.fromMs >= piece.toMs) wrong.push('empty');
  if (before !== undefined && before.toMs !== piece.fromMs) wrong.push('hole or overlap');
  if (piece.tier === 'raw') return wrong;
  const widthMs = tierMs[piece.tier];
  if (piece.fromMs % widthMs !== 0 || piece.toMs % widthMs !== 0) wrong.push('cut row');
  const finer = tiers[tiers.indexOf(piece.tier) - 1]!;
  const { newestMs } = coverages[piece.tier]!;
  if (piece.toMs > newestMs && newestMs >= nowMs - defaultRetention[finer])
    wrong.push('incomplete');
  return wrong;
}

describe('the pieces of a range', () => {
  const segments = (days: number, coverages = whole, tier: (typeof tiers)[number] = '1h') =>
    segmentsOf({ ...request(days), coverages, tier }).map((one) => [
      one.tier,
      new Date(one.fromMs).toISOString().slice(5, 19),
    ]);

  test('cut ends and what is not rolled up yet come from finer tiers', () => {
    expect(segments(2)).toEqual([
      ['raw', '11-19T12:34:56'],
      ['1m', '11-19T12:35:00'],
      ['1h', '11-19T13:00:00'],
      ['1m', '11-21T12:00:00'],
      ['raw', '11-21T12:34:00'],
    ]);
  });

  test('where the finer are gone, a cut bucket is given whole', () => {
    expect(segments(200)[0]).toEqual(['1h', '05-05T12:00:00']);
  });

  test('a tier that holds nothing is passed over, and one that began late begins late', () => {
    expect(segments(2, {})).toEqual([['raw', '11-19T12:34:56']]);
    const late = { '1h': { oldestMs: nowMs - hourMs - (nowMs % hourMs), newestMs: nowMs } };
    expect(segments(1, late)).toEqual([
      ['raw', '11-20T12:34:56'],
      ['1h', '11-21T11:00:00'],
      ['raw', '11-21T12:00:00'],
    ]);
  });

  test('what a tier has still to compute comes from the finer ones, as far as they have it', () => {
    const stale = [
      { fromMs: Date.UTC(2026, 10, 20, 3), toMs: Date.UTC(2026, 10, 20, 5) },
      { fromMs: Date.UTC(2026, 10, 21, 11), toMs: Date.UTC(2026, 10, 21, 12) },
    ];
    const late = {
      '1m': { ...whole['1m']!, stale: [{ ...stale[0]!, toMs: stale[0]!.fromMs + 120_000 }] },
    };
    expect(segments(2, { ...whole, ...late, '1h': { ...whole['1h']!, stale } })).toEqual([
      ['raw', '11-19T12:34:56'],
      ['1m', '11-19T12:35:00'],
      ['1h', '11-19T13:00:00'],
      ['raw', '11-20T03:00:00'],
      ['1m', '11-20T03:02:00'],
      ['1h', '11-20T05:00:00'],
      ['1m', '11-21T11:00:00'],
      ['1m', '11-21T12:00:00'],
      ['raw', '11-21T12:34:00'],
    ]);
  });

  test('beyond the buckets of all its series what the finer tier has is read', () => {
    const cutMs = nowMs - dayMs - (nowMs % 60_000);
    const known = { oldestMs: cutMs - 2 * dayMs, newestMs: cutMs - dayMs, ofAll: true };
    const asked = { ...request(10), reach: { ...uncut, raw: cutMs }, tier: '1m' } as const;
    const tiersOf = (ofAll: boolean) =>
      segmentsOf({ ...asked, coverages: { '1m': { ...known, ofAll } } }).map(({ tier }) => tier);
    expect(tiersOf(true)).toEqual(['raw', '1m', 'raw']);
    expect(tiersOf(false)).toEqual(['1m', 'raw']);
  });

  test('what stopped long ago is read though the finer tiers no longer reach it', () => {
    const stopped = { '1d': { oldestMs: nowMs - 1_500 * dayMs, newestMs: nowMs - 1_000 * dayMs } };
    const pieces = segmentsOf({ ...request(2_000), coverages: stopped, tier: '1d' });
    expect(pieces[0]!.tier).toBe('1d');
    expect(pieces[0]!.toMs).toBeGreaterThan(stopped['1d'].newestMs);
  });

  const within = (days: number) => fc.integer({ min: 0, max: days * dayMs });
  test('follow one another without a hole, rollups at whole buckets, never beyond what is complete', () => {
    holds(
      [within(3_000), within(400), fc.constantFrom(...tiers), within(40), within(30), within(2)],
      (ageMs, lengthMs, tier, lagDay, lagHour, lagMinute) => {
        const range = { fromMs: nowMs - ageMs, toMs: nowMs - ageMs + lengthMs + 1 };
        const newest = (name: '1m' | '1h' | '1d', lagMs: number) => ({
          oldestMs: whole[name]!.oldestMs,
          newestMs: Math.floor((nowMs - lagMs) / tierMs[name]) * tierMs[name],
        });
        const coverages = {
          '1m': newest('1m', lagMinute),
          '1h': newest('1h', lagHour),
          '1d': newest('1d', lagDay),
        };
        const pieces = segmentsOf({ ...request(1), range, coverages, tier });
        expect(pieces[0]!.fromMs).toBeLessThanOrEqual(range.fromMs);
        expect(pieces.at(-1)!.toMs).toBeGreaterThanOrEqual(range.toMs);
        expect(pieces.flatMap((piece, at) => wrongWith(piece, pieces[at - 1], coverages))).toEqual(
          [],
        );
      },
    );
  });
});
