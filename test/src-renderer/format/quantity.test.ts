import { describe, expect, it } from 'vitest';
import { formatElapsed, formatDuration } from '../../../src-renderer/format/duration.ts';
import { formatQuantity, quantityText } from '../../../src-renderer/format/quantity.ts';

describe('quantities', () => {
  it.each([
    { stored: 4_075_000_000, unit: 'By', shown: 'rate', text: '32.6 Gb/s' },
    { stored: 4_075_000_000, unit: 'By', shown: 'value', text: '4.08 GB' },
    { stored: 16_880, unit: 'MBy', shown: 'value', text: '16.9 GB' },
    { stored: 10_840_000, unit: 'By{disk}', shown: 'rate', text: '10.8 MB/s' },
    { stored: 0, unit: 'By', shown: 'rate', text: '0 b/s' },
    { stored: 999.96, unit: '1', shown: 'value', text: '1.00 k' },
    { stored: 91.2, unit: '%', shown: 'value', text: '91.2 %' },
    { stored: 41_500, unit: 'Cel', shown: 'value', text: '41500 °C' },
    { stored: -12.34, unit: 'dB[mW]', shown: 'value', text: '-12.3 dBm' },
    { stored: 2.5, unit: '{error}', shown: 'rate', text: '2.50 /s' },
    { stored: 1_210, unit: '{packet}', shown: 'rate', text: '1.21 kp/s' },
    { stored: 0.8, unit: '{error}', shown: 'rate', text: '0.80 /s' },
    { stored: 0.0083, unit: '{error}', shown: 'rate', text: '0.0083 /s' },
    { stored: 3.3e-7, unit: '{error}', shown: 'rate', text: '< 0.001 /s' },
    { stored: -3.3e-7, unit: 'V', shown: 'value', text: '> −0.001 V' },
    { stored: 4_075_000_000, unit: 'By', shown: 'increase', text: '4.08 GB' },
    { stored: 1_210, unit: '{packet}', shown: 'increase', text: '1.21 k packets' },
    { stored: 1_210, unit: 'By', shown: 'count', text: '1,210 samples' },
    { stored: 2_500_000, unit: '%', shown: 'count', text: '2.50 M samples' },
  ] as const)('shows $stored $unit as a $shown as "$text"', ({ stored, unit, shown, text }) => {
    expect(quantityText(formatQuantity(stored, unit, shown))).toBe(text);
  });

  it('says nothing of numbers that are none', () => {
    expect(quantityText(formatQuantity(Number.NaN, 'By', 'rate'))).toBe('–');
  });
});

describe('durations', () => {
  it.each([
    [0, '0 s'],
    [42_000, '42 s'],
    [19 * 60_000, '19 min'],
    [2 * 3_600_000 + 5 * 60_000, '2 h 5 min'],
    [3 * 86_400_000, '3 d'],
    [12 * 86_400_000 + 3_600_000, '12 d'],
    [-5, '0 s'],
  ])('says %d ms as "%s"', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  it.each([
    [0.4, '0.4 ms'],
    [180, '180 ms'],
    [2_345, '2.35 s'],
  ])('measures %d ms as "%s"', (ms, text) => {
    expect(formatElapsed(ms)).toBe(text);
  });
});
