import { afterEach, describe, expect, it, vi } from 'vitest';
import type { LiveFrame, QueryResult } from '../../../core/contract/query.ts';
import type { Connection } from '../../../src-renderer/api/console-client.ts';
import type { LinkState } from '../../../src-renderer/api/link-state.ts';
import { PanelFeed } from '../../../src-renderer/live/panel-feed.ts';
import { createStore } from '../../../src-renderer/settings/store.ts';
import { answer, selectSeries } from '../../support/invented-network.ts';

const query = { selectors: [{ path: '/system/cpus' }], function: 'value' as const };

/** A connection whose answers and streams the test holds in its hands. */
function heldConnection({
  behindMs = 0,
  more = {},
}: {
  behindMs?: number;
  more?: Partial<QueryResult>;
} = {}) {
  const state = createStore<LinkState>({ kind: 'open', sinceMs: 0 });
  const followed: { seriesIds?: number[] }[][] = [];
  const asked: { fromMs: number; toMs: number; widthPx?: number }[] = [];
  let refusal: Error | null = null;
  let end: (error: Error) => void = () => undefined;
  let push: (frame: LiveFrame) => void = () => undefined;
  const client = {
    query: {
      run: async (input: never): Promise<QueryResult> => {
        asked.push(input);
        if (refusal !== null) throw refusal;
        const made = answer(input, input);
        return { ...made, asOfMs: made.asOfMs - behindMs, ...more };
      },
      live: async ({ selectors }: { selectors: { seriesIds?: number[] }[] }) => {
        followed.push(selectors);
        return (async function* frames() {
          const waiting: LiveFrame[] = [];
          let wake = () => undefined as void;
          let broken: Error | null = null;
          push = (frame) => {
            waiting.push(frame);
            wake();
          };
          end = (error) => {
            broken = error;
            wake();
          };
          for (;;) {
            while (waiting.length > 0) yield waiting.shift()!;
            if (broken !== null) throw broken;
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
          }
        })();
      },
    },
  };
  return {
    connection: { client, state } as unknown as Connection,
    asked,
    followed,
    refuseWith: (error: Error | null) => {
      refusal = error;
    },
    push: (frame: LiveFrame) => push(frame),
    end: (error: Error) => end(error),
  };
}

describe('a panel feed', () => {
  afterEach(() => vi.useRealTimers());

  it('loads, follows, keeps what it has through a break, and asks again afterwards', async () => {
    vi.useFakeTimers({ now: 1_800_000_000_000 });
    const { connection, asked, push, end } = heldConnection();
    const feed = new PanelFeed(connection, { query, rangeMs: 900_000, untilMs: null });
    feed.fitTo(400);
    feed.start();
    await vi.advanceTimersByTimeAsync(300);
    expect(feed.state.get()).toMatchObject({ phase: { kind: 'ready' }, stream: 'on' });
    const loads = asked.length;
    expect(asked[0]).toMatchObject({ toMs: 1_800_000_000_000, fromMs: 1_799_999_100_000 });

    const revision = feed.state.get().revision;
    push({ kind: 'series', series: selectSeries(query) });
    push({ kind: 'points', series: [0], timesMs: [Date.now()], values: [50] });
    await vi.advanceTimersByTimeAsync(300);
    expect(feed.state.get().revision).toBe(revision + 1);

    end(new Error('socket closed'));
    await vi.advanceTimersByTimeAsync(1);
    expect(feed.state.get()).toMatchObject({ phase: { kind: 'ready' }, stream: 'broken' });
    expect(feed.window.series.size).toBe(6);

    await vi.advanceTimersByTimeAsync(1_500);
    expect(feed.state.get().stream).toBe('on');
    expect(asked.length).toBeGreaterThan(loads);
    feed.stop();
  });

  it('hears until now while its stream is on, by the clock of the service, and until a break', async () => {
    const startMs = 1_800_000_000_000;
    vi.useFakeTimers({ now: startMs });
    const { connection, end, refuseWith } = heldConnection({ behindMs: 60_000 });
    const feed = new PanelFeed(connection, { query, rangeMs: 900_000, untilMs: null });
    expect(feed.heardUntil(Date.now())).toBeNull();
    feed.start();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(feed.heardUntil(Date.now())).toBe(startMs + 20_000 - 60_000);
    end(new Error('socket closed'));
    await vi.advanceTimersByTimeAsync(1);
    const atBreakMs = feed.heardUntil(Date.now());
    expect(atBreakMs).toBe(feed.state.get().asOfMs);
    expect(feed.heardUntil(Date.now() + 60_000)).toBe(atBreakMs);

    // Back, but what was said meanwhile is not here yet.
    refuseWith(new Error('statement timeout'));
    await vi.advanceTimersByTimeAsync(5_000);
    expect(feed.state.get().stream).toBe('on');
    expect(feed.heardUntil(Date.now())).toBe(atBreakMs);
    refuseWith(null);
    await vi.advanceTimersByTimeAsync(90_000);
    expect(feed.heardUntil(Date.now())).toBe(Date.now() - 60_000);
    feed.stop();
  });

  it('shows whole periods as long as they are, and asks for no more than its range', async () => {
    const startMs = 1_800_000_000_000;
    vi.useFakeTimers({ now: startMs });
    const day = { fromMs: 1_799_971_200_000, toMs: 1_800_057_600_000 };
    const { connection, asked } = heldConnection({ more: day });
    const days = { ...query, buckets: { by: 'day' as const } };
    const feed = new PanelFeed(connection, { query: days, rangeMs: 900_000, untilMs: null });
    expect(feed.shownRange(startMs)).toEqual({ fromMs: startMs - 900_000, toMs: startMs });
    feed.start();
    await vi.advanceTimersByTimeAsync(15_000);
    expect(feed.shownRange(Date.now())).toEqual(day);
    expect(asked.at(-1)!.toMs - asked.at(-1)!.fromMs).toBe(900_000);
    feed.stop();

    const plain = new PanelFeed(connection, { query, rangeMs: 900_000, untilMs: null });
    plain.start();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(plain.shownRange(startMs)).toEqual({ fromMs: startMs - 900_000, toMs: startMs });
    plain.stop();
  });

  it('hears nothing after the end of a frozen range', async () => {
    vi.useFakeTimers({ now: 1_800_000_000_000 });
    const { connection } = heldConnection({ behindMs: -3_600_000 });
    const feed = new PanelFeed(connection, { query, rangeMs: 60_000, untilMs: 1_700_000_000_000 });
    feed.start();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(feed.heardUntil(Date.now())).toBe(1_700_000_000_000);
    feed.stop();
  });

  it('publishes at most four times a second', async () => {
    vi.useFakeTimers({ now: 1_800_000_000_000 });
    const { connection, push } = heldConnection();
    const feed = new PanelFeed(connection, { query, rangeMs: 900_000, untilMs: null });
    feed.start();
    await vi.advanceTimersByTimeAsync(1_000);
    push({ kind: 'series', series: selectSeries(query) });
    const before = feed.state.get().revision;
    for (let at = 0; at < 100; at += 1) {
      push({ kind: 'points', series: [0], timesMs: [Date.now() + at], values: [at] });
      await vi.advanceTimersByTimeAsync(20);
    }
    expect(feed.state.get().revision - before).toBeLessThanOrEqual(9);
    expect(feed.state.get().revision - before).toBeGreaterThan(5);
    feed.stop();
  });

  it('asks for a frozen range and opens no stream', async () => {
    vi.useFakeTimers({ now: 1_800_000_000_000 });
    const { connection, asked } = heldConnection();
    const feed = new PanelFeed(connection, { query, rangeMs: 60_000, untilMs: 1_700_000_000_000 });
    feed.start();
    await vi.advanceTimersByTimeAsync(120_000);
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatchObject({ fromMs: 1_699_999_940_000, toMs: 1_700_000_000_000 });
    expect(feed.state.get().stream).toBe('off');
    feed.stop();
  });

  it('follows just the series that a top-N shows', async () => {
    vi.useFakeTimers({ now: 1_800_000_000_000 });
    const { connection, followed, asked } = heldConnection();
    const top = { ...query, top: 2 };
    const feed = new PanelFeed(connection, { query: top, rangeMs: 900_000, untilMs: null });
    feed.start();
    await vi.advanceTimersByTimeAsync(300);
    const shown = selectSeries(top).map(({ id }) => id as number);
    expect(shown).toHaveLength(2);
    expect(followed).toEqual([
      [{ path: '/system/cpus', seriesIds: shown.toSorted((left, right) => left - right) }],
    ]);
    await vi.advanceTimersByTimeAsync(100_000);
    expect(asked.length).toBeGreaterThan(1);
    expect(followed).toHaveLength(1);
    feed.stop();
  });

  it('follows all that a panel selects otherwise, before its first answer', async () => {
    vi.useFakeTimers({ now: 1_800_000_000_000 });
    const { connection, followed } = heldConnection();
    const feed = new PanelFeed(connection, { query, rangeMs: 900_000, untilMs: null });
    feed.start();
    await vi.advanceTimersByTimeAsync(0);
    expect(followed).toEqual([[{ path: '/system/cpus' }]]);
    feed.stop();
  });

  it.each([
    { groupBy: { by: 'site' } },
    { function: 'percentile' },
    { offsetMs: 86_400_000 },
    { top: 2, other: true },
  ] as const)('asks again and again, and opens no stream, for %j', async (more) => {
    vi.useFakeTimers({ now: 1_800_000_000_000 });
    const { connection, followed, asked } = heldConnection();
    const request = { query: { ...query, ...more }, rangeMs: 900_000, untilMs: null };
    const feed = new PanelFeed(connection, request);
    feed.start();
    await vi.advanceTimersByTimeAsync(100);
    expect(feed.state.get()).toMatchObject({ stream: 'polling', pollMs: 10_000 });
    await vi.advanceTimersByTimeAsync(30_000);
    const moments = asked.map(({ toMs }) => toMs - 1_800_000_000_000);
    expect([...new Set(moments)]).toEqual([0, 10_000, 20_000, 30_000]);
    expect(followed).toEqual([]);

    feed.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked).toHaveLength(moments.length);
    expect(feed.state.get().stream).toBe('off');
  });

  it('says that it is broken while asking again fails, keeps what it has, and comes back', async () => {
    vi.useFakeTimers({ now: 1_800_000_000_000 });
    const { connection, refuseWith } = heldConnection();
    const polled = { ...query, function: 'avg' as const };
    const feed = new PanelFeed(connection, { query: polled, rangeMs: 900_000, untilMs: null });
    feed.start();
    await vi.advanceTimersByTimeAsync(300);
    const { asOfMs } = feed.state.get();
    refuseWith(new Error('statement timeout'));
    await vi.advanceTimersByTimeAsync(10_000);
    expect(feed.state.get()).toMatchObject({ phase: { kind: 'ready' }, stream: 'broken', asOfMs });
    expect(feed.window.series.size).toBe(6);
    refuseWith(null);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(feed.state.get().stream).toBe('polling');
    feed.stop();
  });

  it.each([
    { more: { top: 2 }, everyMs: 120_000 },
    { more: {}, everyMs: 600_000 },
  ])(
    'asks beside its stream every $everyMs ms over a day with $more',
    async ({ more, everyMs }) => {
      vi.useFakeTimers({ now: 1_800_000_000_000 });
      const { connection, asked } = heldConnection();
      const request = { query: { ...query, ...more }, rangeMs: 86_400_000, untilMs: null };
      const feed = new PanelFeed(connection, request);
      feed.start();
      await vi.advanceTimersByTimeAsync(everyMs - 1);
      const before = asked.length;
      await vi.advanceTimersByTimeAsync(1);
      expect(asked.length).toBeGreaterThan(before);
      feed.stop();
    },
  );

  it('asks again soon while there is nothing to show, and no longer once there is', async () => {
    vi.useFakeTimers({ now: 1_800_000_000_000 });
    const more: { series?: [] } = { series: [] };
    const { connection, asked } = heldConnection({ more });
    const request = { query: { ...query, top: 2 }, rangeMs: 900_000, untilMs: null };
    const feed = new PanelFeed(connection, request);
    feed.start();
    await vi.advanceTimersByTimeAsync(25_000);
    const moments = () => [...new Set(asked.map(({ toMs }) => toMs - 1_800_000_000_000))];
    expect(moments()).toEqual([0, 10_000, 20_000]);
    delete more.series;
    await vi.advanceTimersByTimeAsync(30_000);
    expect(feed.window.series.size).toBeGreaterThan(0);
    expect(moments()).toEqual([0, 10_000, 20_000, 30_000]);
    feed.stop();
  });

  it('asks for the reason once when lines break', async () => {
    vi.useFakeTimers({ now: 1_800_000_000_000 });
    const { connection, asked, push } = heldConnection();
    const feed = new PanelFeed(connection, { query, rangeMs: 900_000, untilMs: null });
    feed.start();
    await vi.advanceTimersByTimeAsync(300);
    push({ kind: 'series', series: selectSeries(query) });
    const before = asked.length;
    for (const series of [0, 1, 2]) {
      push({ kind: 'points', series: [series], timesMs: [Date.now()], values: [null] });
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(asked.length).toBe(before);
    await vi.advanceTimersByTimeAsync(6_000);
    const moments = new Set(asked.slice(before).map(({ toMs }) => toMs));
    expect(moments.size).toBe(1);
    feed.stop();
  });
});
