import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rowOrder } from '../../../../service/store/writing/row-order.ts';
import { holds } from '../../../support/property.ts';

describe('the order of rows for COPY', () => {
  test('is by series id, then by arrival, without the rows left out', () => {
    const refs = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 60 });
    // Ids of refs 0…9, some of them 0: a refused series.
    const ids = fc.uniqueArray(fc.integer({ min: 0, max: 2 ** 40 }), {
      minLength: 10,
      maxLength: 10,
    });
    holds([refs, ids, fc.array(fc.nat(59))], (series, idOfRef, refusedRows) => {
      const seriesIds = Float64Array.from(series, (ref, row) =>
        refusedRows.includes(row) ? 0 : idOfRef[ref]!,
      );
      const naive = series
        .map((_, row) => row)
        .filter((row) => seriesIds[row] !== 0)
        .toSorted((left, right) => seriesIds[left]! - seriesIds[right]! || left - right);
      expect([...rowOrder(Uint32Array.from(series), seriesIds)]).toEqual(naive);
    });
  });

  test('a ref that nobody handed out takes no room', () => {
    expect([...rowOrder(Uint32Array.of(2 ** 32 - 1, 0), Float64Array.of(0, 7))]).toEqual([1]);
  });
});
