import { describe, expect, test } from 'vitest';
import { conversion, type Unit, unitCodes, units } from '../../../core/telemetry/unit.ts';

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

  test.each<[Unit, Unit, number | null]>([
    ['mA', 'A', 0.001],
    ['A', 'mA', 1_000],
    ['ns', 's', 1e-9],
    ['MBy', 'By', 1e6],
    ['By', 'By{disk}', 1],
    ['kbit/s', 'bit/s', 1_000],
    ['{packet}', '{error}', 1],
    ['1', 'Cel', 1],
    ['dB[mW]', 'dB[mW]', 1],
    ['dB[mW]', 'W', null],
    ['Cel', '%', null],
    ['By', 'bit/s', null],
  ])('%s becomes %s by %s', (from, to, factor) => {
    expect(conversion(from, to)).toBe(factor);
  });
});
