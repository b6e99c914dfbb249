/** A leaf of a device in two words: which part it is of, and what is read there. Both together are never ambiguous. */
import type { SeriesInfo } from '../../core/contract/query.ts';
import { placesOf, type Place } from './series-label.ts';

export interface Reading {
  readonly component: string;
  readonly reading: string;
}

type Named = Pick<SeriesInfo, 'keys' | 'metric'>;

/** Elements that say nothing a reader of the rest would not know. */
const silent: ReadonlySet<string> = new Set([
  'components',
  'component',
  'state',
  'system',
  'cpus',
  'cpu',
  'memory',
  'mount-points',
  'mount-point',
  'instant',
  'physical-channels',
  'channels',
  'transceiver',
]);

/**
 * `Ethernet1/1-transceiver` and `channel 0 output power`; `CPU 3` and `total`; `Memory` and `used`. What stands in a list
 * within a component keeps the list's key in its reading.
 */
export function readingOf(series: Named): Reading {
  const elements = series.metric.split('/').filter(Boolean);
  const [outer, ...inner] = placesOf(series);
  const group = groupOf(elements);
  const places = new Map(inner.map(({ of, value }) => [of, value]));
  const words = elements
    .filter((element) => places.has(element) || !silent.has(element))
    .filter((element) => outer !== undefined || element !== group)
    .map((element) =>
      [element.replaceAll('-', ' '), places.get(element)].filter(Boolean).join(' '),
    );
  const component = outer === undefined ? capitalised(group) : componentName(outer);
  return { component, reading: words.join(' ') };
}

/** What a leaf belongs to that stands in no list: `/system/memory/state/used` to `memory`. */
function groupOf([top = '', below = top]: readonly string[]): string {
  return below === 'state' ? top : below;
}

function componentName({ of, value }: Place): string {
  if (of === 'component') return value;
  if (of === 'cpu') return `CPU ${value === 'ALL' ? 'all' : value}`;
  return `${of.replaceAll('-', ' ')} ${value}`;
}

function capitalised(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1).replaceAll('-', ' ');
}
