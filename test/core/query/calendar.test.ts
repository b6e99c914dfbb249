import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { tierOfBounds } from '../../../core/query/bounds.ts';
import {
  calendarUnits,
  estimatePeriods,
  periodsBefore,
  periodsOf,
  type CalendarUnit,
} from '../../../core/query/calendar.ts';
import { isTimeZone, startOfDay, timeZoneProblem, wallMs } from '../../../core/query/time-zone.ts';
import { holds } from '../../support/property.ts';

const hourMs = 3_600_000;
const dayMs = 86_400_000;
const zones = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'America/Sao_Paulo',
  'America/St_Johns',
  'America/Havana',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Asia/Beirut',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Pacific/Chatham',
];

const hoursOf = (timeZone: string, from: string, to: string, unit: CalendarUnit = 'day') => {
  const range = { fromMs: Date.parse(from), toMs: Date.parse(to) };
  const boundsMs = periodsOf(range, { unit, timeZone });
  return boundsMs.slice(1).map((boundMs, at) => (boundMs - boundsMs[at]!) / hourMs);
};

describe('names of time zones', () => {
  test.each([...zones, 'Etc/GMT+5', 'europe/berlin'])('%s is one', (name) =>
    expect(isTimeZone(name)).toBe(true),
  );
  test.each([
    '',
    'Europe/Berln',
    '+01:00',
    "UTC'; --",
    'UTC\0',
    '../etc',
    '\u202eCTU',
    '__proto__',
    'Asia/\u212aolkata',
    'A'.repeat(10_000),
  ])('%j is none', (name) => expect(isTimeZone(name)).toBe(false));

  test.each([
    ['Europe/Berln', 'Europe/Berln'],
    [`'; drop table sample; --`, `'; drop table sample; --`],
    ['say "UTC"\\', 'say \\u{22}UTC\\u{22}\\u{5c}'],
    ['UTC\0', 'UTC\\u{0}'],
    ['\u202eCTU\n\ud800', '\\u{202e}CTU\\u{a}\\u{d800}'],
    ['א/ב', 'א/ב'],
    ['A'.repeat(10_000), `${'A'.repeat(64)}…`],
  ])('the sentence on %j is one line, short and in order', (name, shown) =>
    expect(timeZoneProblem(name)).toBe(
      `unknown time zone: "${shown}" (expected an IANA name, for example Europe/Berlin)`,
    ),
  );
});

describe('local days', () => {
  test.each([
    ['in spring', 'Europe/Berlin', '2026-03-28T12:00Z', '2026-03-30T12:00Z', [24, 23, 24]],
    ['in autumn', 'Europe/Berlin', '2026-10-24T12:00Z', '2026-10-26T12:00Z', [24, 25, 24]],
    ['in UTC', 'UTC', '2026-10-24T12:00Z', '2026-10-26T12:00Z', [24, 24, 24]],
    [
      'by half an hour',
      'Australia/Lord_Howe',
      '2026-04-03T20:00Z',
      '2026-04-05T20:00Z',
      [24, 24.5, 24],
    ],
    // Forward at midnight: the day has none and begins at one o'clock.
    ['without a midnight', 'Asia/Beirut', '2026-03-27T12:00Z', '2026-03-29T12:00Z', [24, 24, 23]],
    // Back at one o'clock to midnight: there are two.
    [
      'with two midnights',
      'America/Havana',
      '2026-10-31T12:00Z',
      '2026-11-02T12:00Z',
      [24, 25, 24],
    ],
  ])('%s', (_, timeZone, from, to, hours) => expect(hoursOf(timeZone, from, to)).toEqual(hours));

  test('one that never was is left out', () => {
    expect(hoursOf('Pacific/Apia', '2011-12-29T12:00Z', '2011-12-31T12:00Z')).toEqual([24, 24, 24]);
  });

  test('weeks begin on Monday, months on the first', () => {
    const range = { fromMs: Date.UTC(2026, 9, 15), toMs: Date.UTC(2026, 10, 3) };
    const startsOf = (unit: CalendarUnit) =>
      periodsOf(range, { unit, timeZone: 'Asia/Kolkata' }).map((boundMs) =>
        new Date(wallMs('Asia/Kolkata', boundMs)).toUTCString().slice(0, 22),
      );
    expect(startsOf('week')).toEqual(
      ['12 Oct', '19 Oct', '26 Oct', '02 Nov', '09 Nov'].map((day) => `Mon, ${day} 2026 00:00`),
    );
    expect(startsOf('month')).toEqual([
      'Thu, 01 Oct 2026 00:00',
      'Sun, 01 Nov 2026 00:00',
      'Tue, 01 Dec 2026 00:00',
    ]);
  });

  test('a range that ends at midnight does not touch the next day', () => {
    const midnight = Date.UTC(2026, 10, 20, 23);
    const calendar = { unit: 'day', timeZone: 'Europe/Berlin' } as const;
    expect(periodsOf({ fromMs: midnight - 1, toMs: midnight }, calendar)).toEqual([
      midnight - dayMs,
      midnight,
    ]);
  });

  const instant = fc.integer({ min: 0, max: Date.UTC(2040, 0) });
  test('follow one another, begin at their first moment and hold what they should', () => {
    holds(
      [
        instant,
        fc.integer({ min: 1, max: 40 * dayMs }),
        fc.constantFrom(...zones),
        fc.constantFrom(...calendarUnits),
      ],
      (fromMs, lengthMs, timeZone, unit) => {
        const range = { fromMs, toMs: fromMs + lengthMs };
        const boundsMs = periodsOf(range, { unit, timeZone });
        expect(boundsMs[0]).toBeLessThanOrEqual(fromMs);
        expect(boundsMs[1]).toBeGreaterThan(fromMs);
        expect(boundsMs.at(-1)).toBeGreaterThanOrEqual(range.toMs);
        expect(boundsMs.at(-2)).toBeLessThan(range.toMs);
        expect(boundsMs).toEqual([...new Set(boundsMs)].toSorted((left, right) => left - right));
        const labelAt = (timeMs: number) =>
          Math.floor(wallMs(timeZone, timeMs) / (unit === 'hour' ? hourMs : dayMs));
        // Where clocks go back an hour, it is the same hour twice.
        const ends = (boundMs: number, startMs: number) =>
          unit === 'hour'
            ? labelAt(boundMs - 1) === labelAt(startMs)
            : labelAt(boundMs) > labelAt(boundMs - 1);
        expect(boundsMs.slice(1).filter((boundMs, at) => !ends(boundMs, boundsMs[at]!))).toEqual(
          [],
        );
        expect(Math.abs(estimatePeriods(range, { unit, timeZone }) - boundsMs.length)).toBeLessThan(
          4,
        );
      },
      150,
    );
  });

  test.each([
    ['in spring', 'Europe/Berlin', '2026-03-29T00:00Z', '2026-03-29T03:00Z', [1, 1, 1]],
    ['in autumn, one twice', 'Europe/Berlin', '2026-10-25T00:00Z', '2026-10-25T03:00Z', [1, 1, 1]],
    ['of :30', 'Asia/Kolkata', '2026-11-21T00:00Z', '2026-11-21T01:00Z', [1, 1]],
    [
      'forward by half',
      'Australia/Lord_Howe',
      '2026-10-03T15:00Z',
      '2026-10-03T17:00Z',
      [1, 0.5, 1],
    ],
    ['back by half', 'Australia/Lord_Howe', '2026-04-04T14:00Z', '2026-04-04T16:00Z', [1.5, 1]],
    ['at :45', 'Pacific/Chatham', '2026-09-26T13:15Z', '2026-09-26T15:00Z', [0.75, 0.25, 1]],
  ])('hours %s', (_, timeZone, from, to, hours) =>
    expect(hoursOf(timeZone, from, to, 'hour')).toEqual(hours),
  );

  test('hours of the day before are those of the same name', () => {
    const calendar = { unit: 'hour', timeZone: 'Europe/Berlin' } as const;
    const range = { fromMs: Date.UTC(2026, 9, 25, 7), toMs: Date.UTC(2026, 9, 25, 9) };
    const boundsMs = periodsOf(range, calendar);
    expect(periodsBefore(boundsMs, calendar, dayMs)).toEqual(
      boundsMs.map((boundMs) => boundMs - dayMs - hourMs),
    );
  });

  test('a day of the week before is the same day of the week, though clocks changed', () => {
    const calendar = { unit: 'day', timeZone: 'Europe/Berlin' } as const;
    const range = { fromMs: Date.UTC(2026, 9, 28, 12), toMs: Date.UTC(2026, 9, 29, 12) };
    const asked = periodsOf(range, calendar);
    const boundsMs = periodsBefore(asked, calendar, 7 * dayMs);
    expect(boundsMs).toHaveLength(asked.length);
    expect(boundsMs[0]).toBe(startOfDay('Europe/Berlin', Date.UTC(2026, 9, 21)));
    expect(asked[0]! - boundsMs[0]!).toBe(7 * dayMs + hourMs);
  });

  test.each([
    [-1e12, -1],
    [0, 1],
    [8e15, 8.64e15],
    [Date.UTC(2262, 3, 11), Date.UTC(2262, 3, 12)],
  ])('of the range %d to %d are few', (fromMs, toMs) => {
    for (const unit of calendarUnits)
      expect(periodsOf({ fromMs, toMs }, { unit, timeZone: 'Asia/Kathmandu' }).length).toBeLessThan(
        27,
      );
  });

  test.each([
    ['UTC', '1d'],
    ['Europe/Berlin', '1h'],
    ['Asia/Kolkata', '1m'],
    ['Asia/Kathmandu', '1m'],
  ])('days of %s are made of rows of %s', (timeZone, tier) => {
    const range = { fromMs: Date.UTC(2026, 0), toMs: Date.UTC(2026, 11) };
    expect(tierOfBounds(periodsOf(range, { unit: 'day', timeZone }))).toBe(tier);
  });
});
