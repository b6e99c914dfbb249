import { dashboardDocument, type DashboardDocument } from '../../core/dashboard/document.ts';

const port = (leaf: string) => ({ path: `/interfaces/interface/state/counters/${leaf}` });
const at = (column: number, row: number, columns: number, rows: number) => ({
  column,
  row,
  columns,
  rows,
});
const cpu = { selectors: [{ path: '/system/cpus' }], function: 'value' };

/** One panel of every kind and mark. */
export const fabricDashboard: DashboardDocument = dashboardDocument.parse({
  title: 'Fabric FRA-1 · uplinks',
  description: 'Traffic, errors and load of spines and leaves',
  tags: ['fabric', 'fra-1', 'home'],
  panels: [
    {
      kind: 'time-series',
      id: 'throughput',
      title: 'Uplink throughput',
      place: at(0, 0, 16, 10),
      query: { selectors: [port('out-octets')], function: 'rate', top: 5 },
      options: { threshold: 45e9 },
    },
    {
      kind: 'stat',
      id: 'total',
      title: 'Traffic in',
      place: at(16, 0, 4, 3),
      query: { selectors: [port('in-octets')], function: 'rate' },
    },
    {
      kind: 'stat',
      id: 'cpu-max',
      title: 'Busiest CPU',
      place: at(20, 0, 4, 3),
      query: cpu,
      options: { reduce: 'max' },
    },
    {
      kind: 'top-n',
      id: 'top',
      title: 'Top interfaces',
      place: at(16, 3, 8, 7),
      query: { selectors: [port('out-octets')], function: 'rate', top: 10 },
      options: { count: 6 },
    },
    {
      kind: 'time-series',
      id: 'errors',
      title: 'Errors',
      place: at(0, 10, 8, 7),
      query: { selectors: [port('in-errors')], function: 'rate', top: 3 },
      options: { mark: 'steps' },
    },
    {
      kind: 'time-series',
      id: 'cpu',
      title: 'CPU',
      place: at(8, 10, 8, 7),
      query: cpu,
      options: { mark: 'area', label: 'device' },
    },
    {
      kind: 'top-n',
      id: 'top-cpu',
      title: 'Top CPU',
      place: at(16, 10, 8, 7),
      query: { ...cpu, top: 6 },
    },
    {
      kind: 'time-series',
      id: 'both',
      title: 'In and out',
      place: at(0, 17, 12, 8),
      query: {
        selectors: [
          { path: '/interfaces/interface/state/counters/in-octets', devices: ['leaf-01'] },
          { path: '/interfaces/interface/state/counters/out-octets', devices: ['leaf-01'] },
        ],
        function: 'rate',
      },
      options: { mark: 'area', mirrorOut: true },
    },
    {
      kind: 'time-series',
      id: 'stacked',
      title: 'Traffic by port',
      place: at(12, 17, 12, 8),
      query: { selectors: [port('in-octets')], function: 'rate', top: 6 },
      options: { mark: 'stacked' },
    },
  ],
});

export const emptyDashboard: DashboardDocument = dashboardDocument.parse({
  title: 'Optics',
  tags: ['optics'],
  panels: [
    {
      kind: 'time-series',
      id: 'power',
      title: 'Optical power',
      place: at(0, 0, 12, 8),
      query: { selectors: [{ path: '/components/component/transceiver' }], function: 'value' },
    },
  ],
});

const dayMs = 86_400_000;

/** Panels that ask for more than values: groups, rests, percentiles, earlier periods; and one without a single error. */
export const comparedDashboard: DashboardDocument = dashboardDocument.parse({
  title: 'Compared',
  description: 'Groups, rests and a day earlier',
  tags: ['compare'],
  panels: [
    {
      kind: 'stat',
      id: 'total',
      title: 'Total in',
      place: at(0, 0, 8, 4),
      query: {
        selectors: [port('in-octets')],
        function: 'rate',
        groupBy: { by: 'site' },
        offsetMs: dayMs,
      },
    },
    {
      kind: 'time-series',
      id: 'no-errors',
      title: 'Errors of spine-01',
      place: at(8, 0, 8, 6),
      query: {
        selectors: [{ ...port('in-errors'), devices: ['spine-01'] }],
        function: 'rate',
        top: 8,
      },
    },
    {
      kind: 'top-n',
      id: 'sites',
      title: 'Traffic by device',
      place: at(16, 0, 8, 6),
      query: {
        selectors: [port('in-octets')],
        function: 'rate',
        groupBy: { by: 'device' },
        top: 3,
        other: true,
        offsetMs: dayMs,
      },
      options: { count: 3 },
    },
    {
      kind: 'time-series',
      id: 'by-device',
      title: 'Traffic in by device',
      place: at(0, 6, 12, 9),
      query: {
        selectors: [port('in-octets')],
        function: 'rate',
        groupBy: { by: 'device' },
        top: 2,
        other: true,
      },
      options: { mark: 'stacked' },
    },
    {
      kind: 'time-series',
      id: 'earlier',
      title: 'Traffic out by site',
      place: at(12, 6, 12, 9),
      query: {
        selectors: [port('out-octets')],
        function: 'rate',
        groupBy: { by: 'site' },
        offsetMs: dayMs,
      },
    },
    {
      kind: 'time-series',
      id: 'percentile',
      title: 'CPU of spine-02',
      place: at(0, 15, 12, 8),
      query: {
        ...cpu,
        selectors: [{ path: '/system/cpus', devices: ['spine-02'] }],
        function: 'percentile',
        fill: 'null',
      },
      options: { mark: 'area', label: 'device' },
    },
    {
      kind: 'time-series',
      id: 'increase',
      title: 'Errors per bucket',
      place: at(12, 15, 12, 8),
      query: {
        selectors: [port('in-errors')],
        function: 'increase',
        top: 4,
        other: true,
        fill: 'zero',
      },
      options: { mark: 'steps' },
    },
  ],
});
