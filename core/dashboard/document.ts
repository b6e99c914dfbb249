/**
 * The dashboard document: what is saved, exported and versioned. Grid of 24 columns; rows of 32 px. Queries of older
 * documents are selectors, `value` or `rate`, and `top`: every one of them is a range query as it stands.
 */
import { z } from 'zod';
import { uuidField } from '../contract/fields.ts';
import { rangeQuery } from '../contract/query.ts';

const place = z.object({
  column: z.int().min(0).max(23),
  row: z.int().min(0).max(1_000),
  columns: z.int().min(1).max(24),
  rows: z.int().min(2).max(100),
});

const panelBase = { id: z.string().min(1).max(64), title: z.string().max(255), place };

export const timeSeriesPanel = z.object({
  ...panelBase,
  kind: z.literal('time-series'),
  query: rangeQuery,
  options: z
    .object({
      mark: z.enum(['line', 'area', 'stacked', 'steps']).default('line'),
      /** dashed rule, in the unit on screen */
      threshold: z.number().optional(),
      /** how a series is named in the legend */
      label: z.enum(['device-and-keys', 'device', 'keys', 'metric']).default('device-and-keys'),
      /** draws series of metrics that begin with `out-` below zero */
      mirrorOut: z.boolean().default(false),
    })
    .prefault({}),
});

export const topPanel = z.object({
  ...panelBase,
  kind: z.literal('top-n'),
  query: rangeQuery,
  options: z.object({ count: z.int().min(1).max(50).default(10) }).prefault({}),
});

export const statPanel = z.object({
  ...panelBase,
  kind: z.literal('stat'),
  query: rangeQuery,
  options: z
    .object({ reduce: z.enum(['sum', 'mean', 'max', 'count']).default('sum') })
    .prefault({}),
});

export const panel = z.discriminatedUnion('kind', [timeSeriesPanel, topPanel, statPanel]);
export type Panel = z.infer<typeof panel>;
export type TimeSeriesPanel = z.infer<typeof timeSeriesPanel>;
export type TopPanel = z.infer<typeof topPanel>;
export type StatPanel = z.infer<typeof statPanel>;

/** The dashboard with this tag opens for those who have seen none yet. */
export const homeTag = 'home';

export const dashboardDocument = z.object({
  title: z.string().trim().min(1).max(255),
  description: z.string().max(2_000).default(''),
  tags: z.array(z.string().max(64)).max(20).default([]),
  /** Dashboards that belong beside this one, in the order of the links to them. */
  links: z
    .array(z.object({ title: z.string().trim().min(1).max(64), dashboardId: uuidField }))
    .max(10)
    .default([]),
  /** range shown when the dashboard opens, for example `15m` */
  defaultRange: z.string().default('15m'),
  panels: z.array(panel).max(60),
});
export type DashboardDocument = z.infer<typeof dashboardDocument>;
