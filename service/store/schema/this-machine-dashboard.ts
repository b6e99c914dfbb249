/** The dashboard of the machine a demo runs on: real counters, so the first thing a newcomer sees is no invention. */
import {
  dashboardDocument,
  homeTag,
  type DashboardDocument,
} from '../../../core/dashboard/document.ts';
import type { Uuid } from '../../../core/id.ts';
import { defaultDashboardId } from './default-dashboard.ts';

export const thisMachineDashboardId = '01980000-0000-7000-8000-000000000004' as Uuid;

const counters = '/interfaces/interface/state/counters';
const disks = '/components/component/storage/state/counters';

/** @param device name of this machine in the inventory */
export function thisMachineDashboard(device: string): DashboardDocument {
  const of = (...paths: string[]) => ({
    selectors: paths.map((path) => ({ path, devices: [device] })),
  });
  const rate = (...paths: string[]) => ({ ...of(...paths), function: 'rate' as const });
  const value = (...paths: string[]) => ({ ...of(...paths), function: 'value' as const });
  return dashboardDocument.parse({
    title: 'This machine',
    description: `Real: what the operating system of this machine (${device}) counts, read every few seconds.`,
    tags: [homeTag, 'demo'],
    links: [{ title: 'Network overview (simulated switches)', dashboardId: defaultDashboardId }],
    // Short, so that the first minutes are not a corner of an empty chart.
    defaultRange: '5m',
    panels: [
      {
        id: 'received',
        // The loopback is one of them, and on a quiet machine most of it.
        title: 'Received, all interfaces',
        kind: 'stat',
        place: { column: 0, row: 0, columns: 6, rows: 4 },
        query: rate(`${counters}/in-octets`),
        options: { reduce: 'sum' },
      },
      {
        id: 'cpu-now',
        title: 'CPU',
        kind: 'stat',
        place: { column: 6, row: 0, columns: 6, rows: 4 },
        query: value('/system/cpus/cpu[index=ALL]/state/total/instant'),
        options: { reduce: 'mean' },
      },
      {
        id: 'memory-used',
        title: 'Memory used',
        kind: 'stat',
        place: { column: 12, row: 0, columns: 6, rows: 4 },
        query: value('/system/memory/state/used'),
        options: { reduce: 'sum' },
      },
      {
        id: 'space-free',
        title: 'Disk space free',
        kind: 'stat',
        place: { column: 18, row: 0, columns: 6, rows: 4 },
        query: value('/system/mount-points/mount-point/state/available'),
        options: { reduce: 'sum' },
      },
      {
        id: 'network',
        title: 'Network, out below the line',
        kind: 'time-series',
        place: { column: 0, row: 4, columns: 14, rows: 10 },
        query: { ...rate(`${counters}/in-octets`, `${counters}/out-octets`), top: 8 },
        options: { mark: 'line', label: 'keys', mirrorOut: true },
      },
      {
        id: 'cpu',
        title: 'CPU by processor',
        kind: 'time-series',
        place: { column: 14, row: 4, columns: 10, rows: 10 },
        query: { ...value('/system/cpus/cpu/state/total/instant'), top: 8 },
        options: { mark: 'line', label: 'keys', threshold: 90 },
      },
      {
        id: 'memory',
        title: 'Memory',
        kind: 'time-series',
        place: { column: 0, row: 14, columns: 8, rows: 9 },
        query: value('/system/memory/state/used', '/system/memory/state/free'),
        options: { mark: 'stacked', label: 'metric' },
      },
      {
        id: 'load',
        title: 'Load: processes that run or wait',
        kind: 'time-series',
        place: { column: 8, row: 14, columns: 8, rows: 9 },
        query: value('/system/load/state'),
        options: { mark: 'line', label: 'metric' },
      },
      {
        id: 'disks',
        title: 'Disks, read and written',
        kind: 'time-series',
        place: { column: 16, row: 14, columns: 8, rows: 9 },
        query: { ...rate(`${disks}/read-octets`, `${disks}/written-octets`), top: 6 },
        options: { mark: 'line', label: 'keys' },
      },
    ],
  });
}
