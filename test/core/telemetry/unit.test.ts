import { describe, expect, test } from 'vitest';
import { unitCodes, units } from '../../../core/telemetry/unit.ts';

describe('units', () => {
  test('octets are stored and bits are shown', () => {
    expect(units.By).toMatchObject({ rateFactor: 8, rateSymbol: 'b/s', symbol: 'B' });
  });

  test('only levels in decibels are averaged as powers', () => {
    const averaged = unitCodes.filter((code) => units[code].average === 'milliwatt');
    expect(averaged).toEqual(['dB[mW]']);
  });

  test('nothing but octets and megabytes is scaled on screen, and every code has facts', () => {
    expect(unitCodes.filter((code) => units[code].rateFactor !== 1)).toEqual(['By', 'MBy']);
    expect(unitCodes.filter((code) => units[code].factor !== 1)).toEqual(['MBy']);
    expect(unitCodes.filter((code) => units[code].rateSymbol === '')).toEqual([]);
  });
});
