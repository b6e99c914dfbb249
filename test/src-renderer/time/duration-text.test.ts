import { expect, it } from 'vitest';
import { parseDuration } from '../../../core/query/time-range.ts';
import { durationText } from '../../../src-renderer/time/duration-text.ts';

it.each(['15m', '90m', '1h', '3h', '24h', '36h', '2d', '7d'])(
  '%s is read as it is written',
  (text) => {
    const duration = parseDuration(text);
    expect(duration.ok && durationText(duration.value)).toBe(text);
  },
);

it.each([59_999, 90_500])('%d ms are no whole minutes', (ms) => {
  expect(durationText(ms)).toBeNull();
});
