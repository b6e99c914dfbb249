/**
 * Octets of two ports every two minutes over the week in which Berlin's clocks went back (25 October 2026), with an
 * outage, on either storage engine; and the plain truth about them.
 */
import type { QueryResult } from '../../core/contract/query.ts';
import type { PanelQuery } from '../../service/query/panel-query.ts';
import { createQueryRouter } from '../../service/query/query-router.ts';
import { createStoreSource, type StoreSourceOptions } from '../../service/query/store-source.ts';
import { queryEngines, type QueryEngine } from './query-engines.ts';
import { addDeviceRow, addSamples, addSeries, type SampleLine } from './telemetry-rows.ts';

export const minuteMs = 60_000;
export const hourMs = 3_600_000;
export const dayMs = 86_400_000;
const stepMs = 2 * minuteMs;
export const startMs = Date.UTC(2026, 9, 20, 7, 10);
export const endMs = Date.UTC(2026, 9, 28, 9, 30);

export const port = (place: number) =>
  `/interfaces/interface[name=Ethernet${place}]/state/counters/in-octets`;

/** Everything is there still, and reading it all is not worth it. */
export const sparing: StoreSourceOptions = { maxRawRows: 100 };

const inOutage = (at: number) => at > 1_000 && at < 1_150;
const load = (at: number, place: number) =>
  Math.round(1e6 * (2 + Math.sin((at * at) / (7 + place))));

function linesOf(place: number): SampleLine[] {
  const count = Math.floor((endMs - startMs) / stepMs);
  return Array.from({ length: count }, (_, at) => ({
    timeMs: startMs + at * stepMs,
    value: at,
    delta: inOutage(at - 1) ? null : load(at, place),
    spanMs: inOutage(at - 1) ? null : stepMs,
  })).filter((__, at) => !inOutage(at));
}

const ports = [linesOf(0), linesOf(1)] as const;

export const measured = (place: 0 | 1) => ports[place];

/** What is known of a port's rates. */
export const counted = (place: 0 | 1) => ports[place].filter(({ delta }) => delta !== null);

export const increaseOf = (own: readonly SampleLine[]) =>
  own.reduce((sum, { delta }) => sum + delta!, 0);
export const rateOf = (own: readonly SampleLine[]) =>
  (increaseOf(own) / own.reduce((sum, { spanMs }) => sum + spanMs!, 0)) * 1_000;

/** Between the two nearest ranks, as `percentile_cont` of SQL has it. */
export function percentileOf(share: number, numbers: readonly number[]): number {
  const sorted = numbers.toSorted((left, right) => left - right);
  const rank = share * (sorted.length - 1);
  const below = sorted[Math.floor(rank)]!;
  return below + (sorted[Math.ceil(rank)]! - below) * (rank - Math.floor(rank));
}

/** Mean rates of windows, by their number. */
export function windowRates(widthMs: number, own: readonly SampleLine[]): Map<number, number> {
  const windows = Map.groupBy(own, ({ timeMs }) => Math.floor(timeMs / widthMs));
  return new Map([...windows].map(([at, lines]) => [at, rateOf(lines)]));
}

/** The local date, by the platform's own calendar. */
export const dateIn = (timeZone: string) => {
  const format = new Intl.DateTimeFormat('en-CA', { timeZone });
  return (timeMs: number) => format.format(timeMs);
};

export interface TwoPorts extends AsyncDisposable {
  readonly pool: QueryEngine['pool'];
  /** Of the first port's increase over all of the time, unless something else is asked for. */
  ask(query?: Partial<PanelQuery>, options?: StoreSourceOptions): Promise<QueryResult>;
}

/** Both ports on the device leaf-01; rollups lag behind by minutes, hours and a day. */
export async function twoPorts(name: keyof typeof queryEngines): Promise<TwoPorts> {
  const engine = await queryEngines[name]();
  const device = await addDeviceRow(engine.pool, 'leaf-01');
  for (const [place, lines] of ports.entries())
    await addSamples(engine.pool, await addSeries(engine.pool, device, port(place)), lines);
  await engine.rollUp({
    minutes: endMs - 7 * minuteMs,
    hours: endMs - 3 * hourMs,
    days: endMs - dayMs,
  });
  const asked = { selectors: [{ path: port(0) }], function: 'increase', widthPx: 400 } as const;
  return {
    pool: engine.pool,
    ask(query = {}, options = {}) {
      const store = createStoreSource(engine.pool, options);
      return createQueryRouter({ store }, { nowMs: () => endMs }).run(
        { ...asked, selectors: [...asked.selectors], fromMs: startMs, toMs: endMs, ...query },
        new AbortController().signal,
      );
    },
    [Symbol.asyncDispose]: () => engine[Symbol.asyncDispose](),
  };
}
