/** The dashboard a fresh installation opens with. */
import {
  dashboardDocument,
  homeTag,
  type DashboardDocument,
} from '../../../core/dashboard/document.ts';
import type { Uuid } from '../../../core/id.ts';

export const defaultDashboardId = '01980000-0000-7000-8000-000000000002' as Uuid;

const counters = '/interfaces/interface/state/counters';

const dayMs = 86_400_000;

const rate = (leaf: string) => ({
  selectors: [{ path: `${counters}/${leaf}` }],
  function: 'rate' as const,
});

/** All interfaces, however many, and the same a day earlier: sums of whole sites. */
const total = (leaf: string) => ({
  ...rate(leaf),
  groupBy: { by: 'site' as const },
  offsetMs: dayMs,
});

export const defaultDashboard: DashboardDocument = dashboardDocument.parse({
  title: 'Network overview',
  description: 'Throughput, errors and load of all devices.',
  tags: [homeTag],
  defaultRange: '15m',
  panels: [
    {
      id: 'total-in',
      title: 'Total in',
      kind: 'stat',
      place: { column: 0, row: 0, columns: 6, rows: 4 },
      query: total('in-octets'),
      options: { reduce: 'sum' },
    },
    {
      id: 'total-out',
      title: 'Total out',
      kind: 'stat',
      place: { column: 6, row: 0, columns: 6, rows: 4 },
      query: total('out-octets'),
      options: { reduce: 'sum' },
    },
    {
      id: 'cpu-mean',
      title: 'CPU, mean of devices',
      kind: 'stat',
      place: { column: 12, row: 0, columns: 6, rows: 4 },
      query: {
        selectors: [{ path: '/system/cpus/cpu[index=ALL]/state/total/instant' }],
        function: 'value',
      },
      options: { reduce: 'mean' },
    },
    {
      id: 'temperature-max',
      title: 'Hottest sensor',
      kind: 'stat',
      place: { column: 18, row: 0, columns: 6, rows: 4 },
      query: {
        selectors: [{ path: '/components/component/state/temperature/instant' }],
        function: 'value',
      },
      options: { reduce: 'max' },
    },
    {
      id: 'traffic-by-device',
      title: 'Traffic in, by device',
      kind: 'time-series',
      place: { column: 0, row: 4, columns: 16, rows: 10 },
      query: { ...rate('in-octets'), groupBy: { by: 'device' }, top: 8, other: true },
      options: { mark: 'stacked' },
    },
    {
      id: 'top-interfaces',
      title: 'Top interfaces by traffic in',
      kind: 'top-n',
      place: { column: 16, row: 4, columns: 8, rows: 10 },
      query: { ...rate('in-octets'), top: 10 },
      options: { count: 10 },
    },
    {
      id: 'throughput',
      title: 'Throughput, busiest interfaces',
      kind: 'time-series',
      place: { column: 0, row: 14, columns: 12, rows: 9 },
      query: {
        selectors: [{ path: `${counters}/in-octets` }, { path: `${counters}/out-octets` }],
        function: 'rate',
        top: 10,
      },
      options: { mark: 'line', mirrorOut: true },
    },
    {
      id: 'errors',
      title: 'Errors and discards',
      kind: 'time-series',
      place: { column: 12, row: 14, columns: 12, rows: 9 },
      query: {
        selectors: ['in-errors', 'out-errors', 'in-discards', 'out-discards'].map((leaf) => ({
          path: `${counters}/${leaf}`,
        })),
        function: 'rate',
        top: 8,
      },
      options: { mark: 'line' },
    },
    {
      id: 'traffic-by-site',
      title: 'Traffic in by site, and a day earlier',
      kind: 'time-series',
      place: { column: 0, row: 23, columns: 12, rows: 9 },
      query: { ...total('in-octets'), top: 4 },
      options: { mark: 'line' },
    },
    {
      id: 'cpu',
      title: 'CPU',
      kind: 'time-series',
      place: { column: 12, row: 23, columns: 12, rows: 9 },
      query: {
        selectors: [{ path: '/system/cpus/cpu[index=ALL]/state/total/instant' }],
        function: 'value',
        top: 8,
      },
      options: { mark: 'line', threshold: 90, label: 'device' },
    },
  ],
});
