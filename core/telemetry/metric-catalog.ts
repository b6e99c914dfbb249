/**
 * What a metric is: counter, gauge or state, and in which unit. Read from the path's own words, because gNMI carries
 * no types of units; OpenConfig's leaf names are regular enough. Unknown numbers are unit-less gauges, never counters:
 * a wrong rate is worse than none.
 */
import type { SeriesKind } from './series.ts';
import type { Unit } from './unit.ts';
import type { LeafValue } from './value.ts';

export interface MetricClass {
  readonly kind: SeriesKind;
  readonly unit: Unit;
}

interface Rule extends MetricClass {
  readonly pattern: RegExp;
}

/** First match wins. Patterns see the metric (path without keys). */
const numericRules: readonly Rule[] = [
  // Times before counters: `last-clear` stands among them, and its "rate" would mean nothing.
  { pattern: /\/(boot-time|last-(change|clear|established))$/, kind: 'state', unit: 'ns' },
  {
    pattern: /\/storage\/state\/counters\/[^/]+-(octets|bytes)$/,
    kind: 'counter',
    unit: 'By{disk}',
  },
  { pattern: /\/(in|out)-octets$|-octets$|-bytes$/, kind: 'counter', unit: 'By' },
  { pattern: /-pkts$|-packets$/, kind: 'counter', unit: '{packet}' },
  { pattern: /-(errors|discards|drops)$/, kind: 'counter', unit: '{error}' },
  // A disk's wear stands among its counters (openconfig-platform-storage).
  { pattern: /\/counters\/(life-left|percentage-used)$/, kind: 'gauge', unit: '%' },
  { pattern: /\/counters\/[^/]+$/, kind: 'counter', unit: '1' },
  {
    pattern: /\/(established-transitions|messages\/(sent|received)\/[^/]+)$/,
    kind: 'counter',
    unit: '1',
  },
  { pattern: /\/cpus?\/.*\/(instant|avg|min|max)$/, kind: 'gauge', unit: '%' },
  { pattern: /\/up-time$/, kind: 'gauge', unit: 'ns' },
  { pattern: /utili[sz]ation(\/state)?(\/(instant|avg|min|max))?$/, kind: 'gauge', unit: '%' },
  {
    pattern: /\/mount-points?\/.*\/(size|available|utilized)$/,
    kind: 'gauge',
    unit: 'MBy',
  },
  { pattern: /\/state\/memory\/(available|utilized)$/, kind: 'gauge', unit: 'By' },
  { pattern: /\/memory\/state\/[^/]+$/, kind: 'gauge', unit: 'By' },
  { pattern: /\/(storage|disks?)\/.*\/(size|used|free|available)$/, kind: 'gauge', unit: 'By' },
  { pattern: /\/temperature\/(instant|avg|min|max|alarm-threshold)$/, kind: 'gauge', unit: 'Cel' },
  { pattern: /\/(input|output)-power\/(instant|avg|min|max)$/, kind: 'gauge', unit: 'dB[mW]' },
  { pattern: /\/laser-bias-current\/(instant|avg|min|max)$/, kind: 'gauge', unit: 'mA' },
  { pattern: /\/supply-voltage\/(instant|avg|min|max)$/, kind: 'gauge', unit: 'V' },
];

/** Whether a leaf of this name identifies something: its text is no number, however it looks. */
export function isIdentifier(leaf: string): boolean {
  return identifier.test(leaf);
}

const identifier =
  /(^|-)(version|revision|serial|name|hostname|description|alias|label|no|id|type|model|address|mac)$/;

/** The class of a leaf from its metric and the type of its value. */
export function classifyMetric(metric: string, value: LeafValue): MetricClass {
  switch (value.kind) {
    case 'text':
    case 'bytes':
    case 'list':
    case 'bool':
      return { kind: 'state', unit: '1' };
    case 'int':
    case 'uint':
    case 'double':
    case 'decimal':
      return classifyNumber(metric);
    default:
      return value satisfies never;
  }
}

function classifyNumber(metric: string): MetricClass {
  const rule = numericRules.find(({ pattern }) => pattern.test(metric));
  return rule === undefined ? { kind: 'gauge', unit: '1' } : { kind: rule.kind, unit: rule.unit };
}
