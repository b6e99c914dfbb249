import { describe, expect, it } from 'vitest';
import { parseTypedRange } from '../../../src-renderer/time/typed-range.ts';

const nowMs = Date.UTC(2026, 10, 21, 19, 30);
const here = { zone: 'utc', nowMs } as const;
const utc = (day: number, hour: number, minute = 0, second = 0) =>
  Date.UTC(2026, 10, day, hour, minute, second);

describe('a typed range', () => {
  it.each([
    ['45m', { kind: 'last', range: '45m' }],
    [' 7d ', { kind: 'last', range: '7d' }],
    ['14:00 - 14:30', { kind: 'between', fromMs: utc(21, 14), toMs: utc(21, 14, 30) }],
    ['14:00–14:30:15', { kind: 'between', fromMs: utc(21, 14), toMs: utc(21, 14, 30, 15) }],
    ['9:05 to 10:00', { kind: 'between', fromMs: utc(21, 9, 5), toMs: utc(21, 10) }],
    [
      '2026-11-20 22:00 - 2026-11-21 02:00',
      { kind: 'between', fromMs: utc(20, 22), toMs: utc(21, 2) },
    ],
    // The end is of the begin's day.
    ['2026-11-19T08:00 - 09:00', { kind: 'between', fromMs: utc(19, 8), toMs: utc(19, 9) }],
  ])('"%s" is read', (text, time) => {
    expect(parseTypedRange(text, here)).toEqual(time);
  });

  it.each([
    '',
    'yesterday',
    '14:00',
    '14:30 - 14:00',
    '14:00 - 14:00',
    '25:00 - 26:00',
    '14:61 - 15:00',
    '2026-02-30 10:00 - 11:00',
    '1:00 - 2:00 - 3:00',
    '0m',
  ])('"%s" is none', (text) => {
    expect(parseTypedRange(text, here)).toBeNull();
  });

  it('is of the zone that is looked at', () => {
    const local = parseTypedRange('14:00 - 15:00', { zone: 'local', nowMs });
    const day = new Date(nowMs);
    const at = (hour: number) =>
      new Date(day.getFullYear(), day.getMonth(), day.getDate(), hour).getTime();
    expect(local).toEqual({ kind: 'between', fromMs: at(14), toMs: at(15) });
  });
});
