/**
 * The rates of all ports of one device as they arrive, each counter as one stream: a live stream carries so many series
 * that a switch of a thousand ports fits. What came last before the streams opened is asked for once, so that a table
 * need not wait for the next samples.
 */
import type { LiveFrame, SeriesInfo } from '../../core/contract/query.ts';
import type { DeviceId } from '../../core/id.ts';
import type { Connection } from '../api/console-client.ts';
import { follow } from '../api/follow.ts';
import { createStore, type ReadableStore } from '../settings/store.ts';

export const rateLeaves = [
  'in-octets',
  'out-octets',
  'in-errors',
  'out-errors',
  'in-discards',
  'out-discards',
] as const;
export type RateLeaf = (typeof rateLeaves)[number];

export interface PortRate {
  /** In the stored unit per second; null after a reset or a gap. */
  readonly perSecond: number | null;
  /** When it arrived, by this clock. */
  readonly heardAtMs: number;
  /** Between the two newest; 0 where there was but one. */
  readonly spacingMs: number;
}

/** By port, then by leaf. */
export type PortRates = ReadonlyMap<string, Partial<Readonly<Record<RateLeaf, PortRate>>>>;

const publishEveryMs = 500;
const lookBackMs = 30_000;
const shortestHoldMs = 30_000;
const missedSamples = 3;

/** What a port does now; null once so many samples stayed away that nobody knows. */
export function rateNow(rate: PortRate | undefined, nowMs: number): number | null {
  if (rate === undefined) return null;
  const holdMs = Math.max(shortestHoldMs, missedSamples * rate.spacingMs);
  return nowMs - rate.heardAtMs > holdMs ? null : rate.perSecond;
}

export interface PortsWanted {
  readonly deviceId: DeviceId;
  /** Of one port or of all, as selectors have it. */
  readonly path: string;
}

export class PortRateFeed {
  readonly #connection: Connection;
  readonly #wanted: PortsWanted;
  readonly #rates = new Map<string, Partial<Record<RateLeaf, PortRate>>>();
  readonly #state = createStore<PortRates>(new Map());
  #timer: ReturnType<typeof setTimeout> | undefined;
  #startedAtMs = 0;

  constructor(connection: Connection, wanted: PortsWanted) {
    this.#connection = connection;
    this.#wanted = wanted;
  }

  get state(): ReadableStore<PortRates> {
    return this.#state;
  }

  /** Until the signal aborts; can be started again then. */
  start(signal: AbortSignal): void {
    this.#startedAtMs = Date.now();
    signal.addEventListener('abort', () => this.#hush(), { once: true });
    for (const leaf of rateLeaves) this.#follow(leaf, signal);
  }

  #follow(leaf: RateLeaf, signal: AbortSignal): void {
    const { deviceId, path } = this.#wanted;
    const query = {
      selectors: [{ path: `${path}/state/counters/${leaf}`, deviceIds: [deviceId] }],
      function: 'rate' as const,
    };
    let announced: SeriesInfo[] = [];
    void follow<LiveFrame>({
      open: async (signal) => {
        announced = [];
        const stream = await this.#connection.client.query.live(query, { signal });
        void this.#fill(leaf, query, signal);
        return stream;
      },
      onEvent: (frame) => {
        if (signal.aborted) return;
        if (frame.kind === 'series') announced = [...announced, ...frame.series];
        if (frame.kind === 'points') this.#take(leaf, frame, announced);
      },
      onState: () => undefined,
      link: this.#connection.state,
      signal,
    });
  }

  /** What is known already; a failure only means that the table fills with the next samples. */
  async #fill(
    leaf: RateLeaf,
    query: Parameters<Connection['client']['query']['live']>[0],
    signal: AbortSignal,
  ): Promise<void> {
    const toMs = Date.now();
    const range = { fromMs: toMs - lookBackMs, toMs, widthPx: 16 };
    const answer = await this.#connection.client.query
      .run({ ...query, ...range }, { signal })
      .catch(() => null);
    if (answer === null || signal.aborted) return;
    for (const { series, values } of answer.series) {
      const known = this.#rates.get(nameOf(series))?.[leaf];
      const newest = values.findLast((value) => value !== null);
      // What the stream said meanwhile is newer than this answer.
      const old = known === undefined || known.heardAtMs < range.fromMs;
      if (old && newest !== undefined) this.#put(series, leaf, newest);
    }
  }

  #take(
    leaf: RateLeaf,
    { series, values }: Extract<LiveFrame, { kind: 'points' }>,
    announced: readonly SeriesInfo[],
  ): void {
    series.forEach((place, at) => {
      const info = announced[place];
      const value = values[at] ?? null;
      if (info !== undefined) this.#put(info, leaf, Number.isFinite(value) ? value : null);
    });
  }

  #put(info: SeriesInfo, leaf: RateLeaf, perSecond: number | null): void {
    const name = nameOf(info);
    const heardAtMs = Date.now();
    const rates = this.#rates.get(name) ?? {};
    const before = rates[leaf];
    // A pause of this feed says nothing of how often samples come.
    const follows = before !== undefined && before.heardAtMs >= this.#startedAtMs;
    const spacingMs = follows ? heardAtMs - before.heardAtMs : 0;
    this.#rates.set(name, { ...rates, [leaf]: { perSecond, heardAtMs, spacingMs } });
    this.#timer ??= setTimeout(() => this.#publish(), publishEveryMs);
  }

  #hush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #publish(): void {
    this.#timer = undefined;
    this.#state.set(new Map(this.#rates));
  }
}

function nameOf({ keys }: SeriesInfo): string {
  return keys['interface/name'] ?? '';
}
