import { describe, expect, it } from 'vitest';
import { dashboardDocument } from '../../../core/dashboard/document.ts';

/** As the first release saved it: every default written out, queries of the narrow kind. */
const storedBefore = {
  title: 'Network overview',
  description: '',
  tags: ['default'],
  defaultRange: '15m',
  panels: [
    {
      id: 'throughput',
      title: 'Throughput, busiest interfaces',
      kind: 'time-series',
      place: { column: 0, row: 4, columns: 16, rows: 10 },
      query: {
        selectors: [{ path: '/interfaces/interface/state/counters/in-octets', site: 'fra-1' }],
        function: 'rate',
        top: 10,
      },
      options: { mark: 'line', label: 'device-and-keys', mirrorOut: true },
    },
    {
      id: 'cpu-mean',
      title: 'CPU, mean of devices',
      kind: 'stat',
      place: { column: 12, row: 0, columns: 6, rows: 4 },
      query: { selectors: [{ path: '/system/cpus' }], function: 'value' },
      options: { reduce: 'mean' },
    },
    {
      id: 'top',
      title: 'Top interfaces',
      kind: 'top-n',
      place: { column: 16, row: 4, columns: 8, rows: 10 },
      query: { selectors: [{ path: '/interfaces' }], function: 'rate', top: 10 },
      options: { count: 10 },
    },
  ],
};

const everything = {
  selectors: [{ path: '/interfaces/interface/state/counters/in-octets' }],
  function: 'percentile',
  percentile: 99.9,
  percentileOf: '5m',
  buckets: { by: 'day', timeZone: 'Europe/Berlin' },
  top: 8,
  other: true,
  groupBy: { by: 'tag', name: 'role' },
  across: 'max',
  fill: 'previous',
  offsetMs: 86_400_000,
};

const withQuery = (query: unknown) => ({
  ...storedBefore,
  panels: storedBefore.panels.map((panel) => ({ ...panel, query })),
});

describe('the dashboard document', () => {
  it('reads what was stored before panels could ask more, unchanged', () => {
    expect(dashboardDocument.parse(storedBefore)).toEqual({ ...storedBefore, links: [] });
  });

  it('keeps all that can be asked of a time range, in panels of every kind', () => {
    const document = dashboardDocument.parse(withQuery(everything));
    expect(document.panels.map(({ query }) => query)).toEqual([everything, everything, everything]);
  });

  it.each([
    { function: 'median' },
    { percentile: 101 },
    { groupBy: { by: 'rack' } },
    { groupBy: { by: 'tag' } },
    { offsetMs: 0 },
    { top: 0 },
  ])('refuses a query with %j', (change) => {
    expect(dashboardDocument.safeParse(withQuery({ ...everything, ...change })).success).toBe(
      false,
    );
  });
});
