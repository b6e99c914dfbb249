import { afterEach, expect, it, vi } from 'vitest';
import type { LiveFrame, SeriesSelector } from '../../../core/contract/query.ts';
import type { Connection } from '../../../src-renderer/api/console-client.ts';
import type { LinkState } from '../../../src-renderer/api/link-state.ts';
import { PortRateFeed, rateLeaves, rateNow } from '../../../src-renderer/live/port-rates.ts';
import { createStore } from '../../../src-renderer/settings/store.ts';
import { allSeries, answer } from '../../support/invented-network.ts';

const series = allSeries.find(({ metric }) => metric.endsWith('in-octets'))!;
const port = series.keys['interface/name']!;

/** Streams by leaf, each of which the test pushes frames into. */
function heldConnection({ known = true } = {}) {
  const pushes = new Map<string, (frame: LiveFrame) => void>();
  const client = {
    query: {
      run: async (asked: Parameters<typeof answer>[1] & Parameters<typeof answer>[0]) =>
        known ? answer(asked, asked) : Promise.reject(new Error('no answer')),
      live: async ({ selectors }: { selectors: SeriesSelector[] }) => {
        const waiting: LiveFrame[] = [];
        let wake = (): void => undefined;
        pushes.set(selectors[0]!.path.split('/').at(-1)!, (frame) => {
          waiting.push(frame);
          wake();
        });
        return (async function* frames() {
          for (;;) {
            while (waiting.length > 0) yield waiting.shift()!;
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
          }
        })();
      },
    },
  };
  const state = createStore<LinkState>({ kind: 'open', sinceMs: 0 });
  return { connection: { client, state } as unknown as Connection, pushes };
}

const wanted = { deviceId: series.deviceId, path: '/interfaces/interface' };
const points = (...values: (number | null)[]): LiveFrame => ({
  kind: 'points',
  series: values.map(() => 0),
  timesMs: values.map(() => 0),
  values,
});

afterEach(() => vi.useRealTimers());

it('begins with what is known, and goes on with what arrives', async () => {
  vi.useFakeTimers({ now: 1_800_000_000_000 });
  const { connection, pushes } = heldConnection();
  const feed = new PortRateFeed(connection, wanted);
  const running = new AbortController();
  feed.start(running.signal);
  await vi.advanceTimersByTimeAsync(600);
  expect([...pushes.keys()].toSorted()).toEqual([...rateLeaves].toSorted());
  expect(feed.state.get().get(port)?.['in-octets']?.perSecond).toBeGreaterThan(0);

  await vi.advanceTimersByTimeAsync(4_400);
  pushes.get('in-octets')!({ kind: 'series', series: [series] });
  pushes.get('in-octets')!(points(17));
  await vi.advanceTimersByTimeAsync(600);
  expect(feed.state.get().get(port)?.['in-octets']).toMatchObject({ perSecond: 17 });
  expect(feed.state.get().get(port)?.['in-octets']?.spacingMs).toBeGreaterThanOrEqual(4_000);
  running.abort();
});

it('says nothing where a counter was reset, nor where nothing is known', async () => {
  vi.useFakeTimers({ now: 1_800_000_000_000 });
  const { connection, pushes } = heldConnection({ known: false });
  const feed = new PortRateFeed(connection, wanted);
  const running = new AbortController();
  feed.start(running.signal);
  await vi.advanceTimersByTimeAsync(600);
  expect(feed.state.get().size).toBe(0);
  pushes.get('in-octets')!({ kind: 'series', series: [series] });
  pushes.get('in-octets')!(points(17, null));
  await vi.advanceTimersByTimeAsync(600);
  expect(feed.state.get().get(port)?.['in-octets']?.perSecond).toBeNull();
  running.abort();
});

it('can pause: what is older than the pause is known anew', async () => {
  vi.useFakeTimers({ now: 1_800_000_000_000 });
  const { connection, pushes } = heldConnection();
  const feed = new PortRateFeed(connection, wanted);
  const first = new AbortController();
  feed.start(first.signal);
  await vi.advanceTimersByTimeAsync(600);
  pushes.get('in-octets')!({ kind: 'series', series: [series] });
  pushes.get('in-octets')!(points(17));
  // Noted, and not yet shown.
  await vi.advanceTimersByTimeAsync(100);
  first.abort();
  await vi.advanceTimersByTimeAsync(900_000);

  const second = new AbortController();
  feed.start(second.signal);
  await vi.advanceTimersByTimeAsync(600);
  const known = feed.state.get().get(port)?.['in-octets'];
  expect(known?.perSecond).toBeGreaterThan(17);
  expect(rateNow(known, Date.now())).toBe(known?.perSecond);
  expect(rateNow(known, Date.now() + 60_000)).toBeNull();
  second.abort();
});
