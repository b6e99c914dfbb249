/**
 * What a metric is: counter, gauge or state, and in which unit. Said by where it stands and by the words of its name,
 * because gNMI carries neither types nor units; the tables are in `catalog/`. Unknown numbers are unit-less gauges, never
 * counters: a wrong rate is worse than none.
 */
import { countedName } from './catalog/counted-name.ts';
import { levels, uncounted } from './catalog/counting-words.ts';
import { float32Leaves } from './catalog/float32-leaves.ts';
import { knownMetrics } from './catalog/known-metrics.ts';
import { leafWords } from './catalog/leaf-words.ts';
import { measuredName, ratedName } from './catalog/measured-name.ts';
import { identities, numbered } from './catalog/measuring-words.ts';
import type { MetricClass } from './catalog/metric-class.ts';
import { tailPattern } from './catalog/tail-pattern.ts';
import type { LeafValue } from './value.ts';

interface Known {
  readonly pattern: RegExp;
  readonly known: MetricClass;
}

const known = knownMetrics.map(
  ([tail, kind, unit]): Known => ({ pattern: tailPattern(tail), known: { kind, unit } }),
);

const floats = float32Leaves.map(
  ([tail, unit]): Known => ({ pattern: tailPattern(tail), known: { kind: 'gauge', unit } }),
);

/** The class of a leaf from its metric (path without keys) and the type of its value. */
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
      return numberClass(metric) ?? { kind: 'gauge', unit: '1' };
    default:
      return value satisfies never;
  }
}

/** The class of a metric's numbers; null where neither a table nor the name says that it is counted or measured. */
function numberClass(metric: string): MetricClass | null {
  const found = find(floats, metric) ?? find(known, metric);
  if (found !== null) return found;
  const elems = metric.split('/').slice(1);
  const words = leafWords(elems.at(-1) ?? '');
  if (words.length === 0) return null;
  const around = elems.slice(-4, -1).flatMap((elem) => leafWords(elem));
  return (
    ratedName(words) ??
    countedName(words, around) ??
    (elems.at(-2) === 'counters' ? amongCounters(words) : null) ??
    measuredName(words)
  );
}

function find(table: readonly Known[], metric: string): MetricClass | null {
  return table.find(({ pattern }) => pattern.test(metric))?.known ?? null;
}

/** What stands among counters counts, but for what is said to be a level. */
function amongCounters(words: readonly string[]): MetricClass | null {
  const last = words.at(-1)!;
  const isLevel = words.some((word) => levels.has(word)) || uncounted.has(last);
  return isLevel || identities.has(last) ? null : { kind: 'counter', unit: '1' };
}

/**
 * How a leaf is to be read whose type its encoding does not tell:
 *
 *   float32  four bytes, or their base64, are a number
 *   measure  a text that reads as a number is one: RFC 7951 §6.1 quotes those of 64 bits and decimals
 *   name     text, however it looks, also where it is not quoted
 *   number   text where it is quoted, and where it is no integer: an AS 65000.10 is no fraction
 *   unknown  text where it is quoted
 *
 * By the metric alone, so that no leaf is a number at one time and text at another.
 */
export type LeafForm = 'float32' | 'measure' | 'name' | 'number' | 'unknown';

const forms = new Map<string, LeafForm>();
/** Devices have thousands; where names come and go for ever, they must not fill the memory. */
const maxForms = 50_000;

export function leafForm(metric: string): LeafForm {
  let form = forms.get(metric);
  if (form === undefined) {
    if (forms.size >= maxForms) forms.clear();
    form = formOf(metric);
    forms.set(metric, form);
  }
  return form;
}

function formOf(metric: string): LeafForm {
  if (find(floats, metric) !== null) return 'float32';
  if (find(known, metric) !== null) return 'measure';
  const last = leafWords(metric.slice(metric.lastIndexOf('/') + 1)).at(-1) ?? '';
  if (identities.has(last)) return numbered.has(last) ? 'number' : 'name';
  return numberClass(metric) === null ? 'unknown' : 'measure';
}
