/** Newest values where `series_last` lacks them, on both engines. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SeriesId } from '../../../core/id.ts';
import { createQueryRouter } from '../../../service/query/query-router.ts';
import { createStoreSource } from '../../../service/query/store-source.ts';
import { upsertSeriesLast } from '../../../service/store/reading/series-last.ts';
import { queryEngines, type QueryEngine } from '../../support/query-engines.ts';
import { addDeviceRow, addSamples, addSeries } from '../../support/telemetry-rows.ts';

const noon = Date.UTC(2026, 10, 21, 12);
const yearAgo = noon - 365 * 86_400_000;
const hostile = `UP'; --\u202e`;

describe.each(['plain', 'timescale'] as const)('on the %s engine', (name) => {
  let engine: QueryEngine;
  const ids: Record<string, SeriesId> = {};
  beforeAll(async () => {
    engine = await queryEngines[name]();
    const device = await addDeviceRow(engine.pool, 'leaf-01');
    for (const [leaf, kind] of [
      ['mtu', 'gauge'],
      ['ifindex', 'gauge'],
      ['in-octets', 'counter'],
      ['oper-status', 'state'],
      ['type', 'state'],
      ['removed', 'gauge'],
    ] as const) {
      const path = `/interfaces/interface[name=Ethernet1/1]/state/${leaf}`;
      ids[leaf] = await addSeries(engine.pool, device, path, { kind });
    }
    await addSamples(engine.pool, ids['mtu']!, [
      { timeMs: noon - 2, value: 1_500 },
      { timeMs: noon - 1, value: 9_000 },
    ]);
    await addSamples(engine.pool, ids['in-octets']!, [{ timeMs: noon - 3, value: 7 }]);
    for (const [timeMs, text] of [
      [yearAgo - 1, 'DOWN'],
      [yearAgo, hostile],
    ] as const) {
      await engine.pool.query(
        'insert into sample_text (time, series_id, value) values ($1, $2, $3)',
        [new Date(timeMs), ids['oper-status'], text],
      );
    }
    // Before the newest sample, at its time, and after it: the last alone ends the series.
    for (const [leaf, timeMs] of [
      ['mtu', noon - 1],
      ['mtu', noon - 3],
      ['in-octets', noon - 1],
      ['oper-status', yearAgo + 5],
      ['oper-status', yearAgo + 7],
      ['oper-status', yearAgo - 9],
      ['removed', noon + 2],
    ] as const) {
      await engine.pool.query('insert into series_end (series_id, time) values ($1, $2)', [
        ids[leaf],
        new Date(timeMs),
      ]);
    }
    await upsertSeriesLast(engine.pool, [
      { seriesId: ids['removed']!, timeUs: noon * 1_000, value: 9, text: null },
      { seriesId: ids['in-octets']!, timeUs: noon * 1_000, value: 8, text: null },
    ]);
  }, 60_000);
  afterAll(async () => engine[Symbol.asyncDispose]());

  const latest = (limit: number) =>
    createQueryRouter({ store: createStoreSource(engine.pool) }, { nowMs: () => noon }).latest(
      { selectors: [{ path: '/interfaces' }], limit },
      new AbortController().signal,
    );

  test('numbers and texts come from the samples then, however old, and say since when they are past; what has none is left out', async () => {
    const found = await latest(10);
    expect(
      found.map(({ series, timeMs, value, text, endedAtMs }) => [
        series.id,
        timeMs,
        value,
        text,
        endedAtMs,
      ]),
    ).toEqual([
      [ids['in-octets'], noon, 8, null, null],
      [ids['mtu'], noon - 1, 9_000, null, null],
      // A port that has been up for a year must still be up.
      [ids['oper-status'], yearAgo, null, hostile, yearAgo + 5],
      [ids['removed'], noon, 9, null, noon + 2],
    ]);
  });

  test('no more than asked for', async () => expect(await latest(2)).toHaveLength(2));
});
