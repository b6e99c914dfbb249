/**
 * Feeds one panel: asks for its range once, then follows the live stream and asks again after a break, after lost
 * frames and from time to time. What has no live form is asked for again and again instead. What was shown stays in the
 * window whatever happens to the connection.
 *
 * Phases: `loading` until the first answer, then `ready`; `failed` only while there is nothing to show.
 */
import {
  firstDerivedId,
  type Query,
  type QueryResult,
  type RangeQuery,
} from '../../core/contract/query.ts';
import { backoffMs } from '../api/backoff.ts';
import type { Connection } from '../api/console-client.ts';
import { failureOf, type Failure } from '../api/failure.ts';
import { follow, type FollowState } from '../api/follow.ts';
import { wait, waitFor } from '../api/wait.ts';
import { createStore, type ReadableStore } from '../settings/store.ts';
import { livePartOf, pollEveryMs } from './live-part.ts';
import { LiveWindow, type NewPoint } from './live-window.ts';
import { panelPoints, widthFor } from './point-budget.ts';
import { withWholeBuckets } from './whole-buckets.ts';

const redrawEveryMs = 250;
const maxSeries = 60;
const askWhyAfterMs = 5_000;

export interface FeedState {
  readonly phase:
    | { readonly kind: 'loading' }
    | { readonly kind: 'ready' }
    | { readonly kind: 'failed'; readonly failure: Failure };
  readonly stream: 'off' | 'connecting' | 'on' | 'polling' | 'broken';
  /** How often the panel asks again, while `stream` is `polling`. */
  readonly pollMs: number;
  /** Counts what arrived, at most four times a second; a new number means there is something to draw. */
  readonly revision: number;
  /** When the newest thing on screen was true. */
  readonly asOfMs: number | null;
}

export interface FeedRequest {
  readonly query: RangeQuery;
  readonly rangeMs: number;
  /** Where the range ends; null follows the clock. */
  readonly untilMs: number | null;
}

/** Points to add to a drawing, or the word that all of it is new. */
export type Redraw = 'all' | readonly NewPoint[];

export class PanelFeed {
  readonly window: LiveWindow;
  readonly request: FeedRequest;
  readonly #connection: Connection;
  /** null where the question is polled. */
  readonly #live: Query | null;
  readonly #state = createStore<FeedState>({
    phase: { kind: 'loading' },
    stream: 'off',
    pollMs: 0,
    revision: 0,
    asOfMs: null,
  });
  #running: AbortController | null = null;
  /** The stream of a top-N, and of which series it is. */
  #shown: { readonly ids: string; readonly stream: AbortController } | null = null;
  #redraw: Redraw = 'all';
  #lastPublishMs = 0;
  #publishTimer: ReturnType<typeof setTimeout> | undefined;
  #panelPx = 800;
  #failures = 0;
  #waitsForLink = false;
  #asksWhy = false;
  /** How far this clock is ahead of the service's, as the last answer told. */
  #aheadMs = 0;
  /** Since the stream began there was an answer: what it lacks has fallen silent, and is not just yet to come. */
  #caughtUp = false;
  #widthPx: number;

  constructor(connection: Connection, request: FeedRequest) {
    this.#connection = connection;
    this.request = request;
    this.#live = livePartOf(request.query);
    const polled = this.#live === null;
    this.window = new LiveWindow({ closed: request.query.top !== undefined, maxSeries, polled });
    this.#widthPx = widthFor(this.#panelPx, request.query.top ?? 2);
  }

  get state(): ReadableStore<FeedState> {
    return this.#state;
  }

  /** The stretch of time on screen now. */
  rangeAt(nowMs: number): { fromMs: number; toMs: number } {
    const toMs = this.request.untilMs ?? nowMs;
    return { fromMs: toMs - this.request.rangeMs, toMs };
  }

  /** The same, of periods that were asked for by name as long as they are: they begin before it and end after it. */
  shownRange(nowMs: number): { fromMs: number; toMs: number } {
    const { answered } = this.window;
    if (this.request.query.buckets === undefined || answered === null) return this.rangeAt(nowMs);
    return { fromMs: answered.fromMs, toMs: answered.toMs };
  }

  /**
   * Until when there was something to hear, by the service's clock: what is older than this by much has fallen silent.
   * Stands still with a stream that broke and between two polls; null before the first answer.
   */
  heardUntil(nowMs: number): number | null {
    const { stream, asOfMs } = this.#state.get();
    const untilMs = stream === 'on' && this.#caughtUp ? nowMs - this.#aheadMs : asOfMs;
    return untilMs === null ? null : Math.min(untilMs, this.request.untilMs ?? untilMs);
  }

  /** Tells how wide the panel is; the next question is asked accordingly. */
  fitTo(panelPx: number): void {
    this.#panelPx = panelPx;
    this.#widthPx = widthFor(panelPx, this.window.series.size || (this.request.query.top ?? 2));
  }

  start(): void {
    if (this.#running !== null) return;
    this.#running = new AbortController();
    const { signal } = this.#running;
    const first = this.#load(signal);
    if (this.request.untilMs !== null) return;
    if (this.#live === null) return void this.#poll(first, signal);
    void this.#resync(signal);
    if (this.#live.top === undefined) this.#follow(this.#live, signal);
  }

  stop(): void {
    this.#running?.abort();
    this.#running = null;
    this.#shown = null;
    this.#caughtUp = false;
    clearTimeout(this.#publishTimer);
    this.#publishTimer = undefined;
    this.#change({ stream: 'off' });
  }

  retry(): void {
    this.stop();
    this.#change({ phase: { kind: 'loading' } });
    this.start();
  }

  get hasRedraw(): boolean {
    return this.#redraw === 'all' || this.#redraw.length > 0;
  }

  /** What to draw since the last time this was asked. */
  takeRedraw(): Redraw {
    const redraw = this.#redraw;
    this.#redraw = [];
    return redraw;
  }

  #follow(query: Query, signal: AbortSignal): void {
    void follow({
      open: (signal) => {
        this.window.streamOpened();
        return this.#connection.client.query.live(query, { signal });
      },
      onEvent: (frame) => {
        if (signal.aborted) return;
        const change = this.window.apply(frame, Date.now() - this.#aheadMs);
        if (change.newer) this.#note(change.newSeries ? 'all' : change.points);
        if (change.lostFrames > 0) void this.#load(signal);
        if (change.points.some(({ value }) => value === null)) void this.#askWhy(signal);
      },
      onState: (state) => this.#streamChanged(state, signal),
      link: this.#connection.state,
      signal,
    });
  }

  /** A top-N follows just the series it shows, and others when others have risen. */
  #followShown({ series }: QueryResult, running: AbortSignal): void {
    const query = this.#live;
    if (query?.top === undefined || this.request.untilMs !== null) return;
    const seriesIds = series
      .map(({ series: { id } }) => id)
      .filter((id) => id < firstDerivedId)
      .sort((left, right) => left - right);
    const ids = seriesIds.join();
    if (seriesIds.length === 0 || this.#shown?.ids === ids) return;
    this.#shown?.stream.abort();
    this.#shown = { ids, stream: new AbortController() };
    const selectors = query.selectors.map((selector) => ({ ...selector, seriesIds }));
    this.#follow({ ...query, selectors }, AbortSignal.any([running, this.#shown.stream.signal]));
  }

  #streamChanged(state: FollowState, signal: AbortSignal): void {
    switch (state.kind) {
      case 'connecting':
        if (this.#state.get().stream !== 'broken') this.#change({ stream: 'connecting' });
        return;
      case 'streaming':
        if (this.#state.get().stream === 'broken') void this.#load(signal);
        return this.#change({ stream: 'on' });
      case 'broken':
      case 'refused':
        this.#caughtUp = false;
        return this.#change({ stream: 'broken' });
      default:
        return state satisfies never;
    }
  }

  async #resync(signal: AbortSignal): Promise<void> {
    // Others may have risen above a top-N, and until it asks again it does not see them.
    const longestMs = this.request.query.top === undefined ? 600_000 : 120_000;
    const everyMs = Math.min(longestMs, Math.max(60_000, this.request.rangeMs / 10));
    while (!signal.aborted) {
      await wait(everyMs, signal);
      if (!signal.aborted) await this.#load(signal);
    }
  }

  /** A line that broke has a reason, which is stored by now or soon. */
  async #askWhy(signal: AbortSignal): Promise<void> {
    if (this.#asksWhy) return;
    this.#asksWhy = true;
    await wait(askWhyAfterMs, signal);
    this.#asksWhy = false;
    if (!signal.aborted) await this.#load(signal);
  }

  /** Each answer is waited for, so that a slow database is never asked twice at once by one panel. */
  async #poll(first: Promise<void>, signal: AbortSignal): Promise<void> {
    await first;
    while (!signal.aborted) {
      await wait(this.#pollMs, signal);
      if (!signal.aborted) await this.#load(signal);
    }
  }

  get #pollMs(): number {
    return pollEveryMs({ rangeMs: this.request.rangeMs, widthPx: this.#widthPx });
  }

  async #load(signal: AbortSignal): Promise<void> {
    try {
      let result = await this.#ask(signal);
      const points = result.series.reduce((sum, { timesMs }) => sum + timesMs.length, 0);
      if (points > panelPoints * 1.5) {
        this.#widthPx = widthFor(this.#panelPx, result.series.length);
        result = await this.#ask(signal);
      }
      if (signal.aborted) return;
      this.#failures = 0;
      this.#aheadMs = Date.now() - result.asOfMs;
      this.#caughtUp = true;
      this.window.merge(withWholeBuckets(this.request.query, result));
      this.#followShown(result, signal);
      this.#change({ phase: { kind: 'ready' }, asOfMs: result.asOfMs });
      if (this.#polls) this.#change({ stream: 'polling', pollMs: this.#pollMs });
      this.#note('all');
    } catch (error) {
      if (signal.aborted) return;
      const failure = failureOf(error);
      if (this.#state.get().phase.kind !== 'ready')
        this.#change({ phase: { kind: 'failed', failure } });
      if (this.#polls) this.#change({ stream: 'broken' });
      if (failure.kind === 'offline') void this.#loadWhenBack(signal);
      else this.#failures = 0;
    }
  }

  get #polls(): boolean {
    return this.#live === null && this.request.untilMs === null;
  }

  async #loadWhenBack(signal: AbortSignal): Promise<void> {
    if (this.#waitsForLink) return;
    this.#waitsForLink = true;
    await wait(backoffMs(this.#failures), signal);
    this.#failures += 1;
    const link = this.#connection.state;
    const back = await waitFor(link, ({ kind }) => kind === 'open', { timeoutMs: 600_000, signal });
    this.#waitsForLink = false;
    if (back && !signal.aborted) await this.#load(signal);
  }

  #ask(signal: AbortSignal): Promise<QueryResult> {
    return this.#connection.client.query.run(
      { ...this.request.query, ...this.rangeAt(Date.now()), widthPx: this.#widthPx },
      { signal },
    );
  }

  #note(redraw: Redraw): void {
    this.#redraw =
      redraw === 'all' || this.#redraw === 'all' ? 'all' : [...this.#redraw, ...redraw];
    if (this.#publishTimer !== undefined) return;
    const sinceMs = Date.now() - this.#lastPublishMs;
    this.#publishTimer = setTimeout(() => this.#publish(), Math.max(0, redrawEveryMs - sinceMs));
  }

  #publish(): void {
    this.#publishTimer = undefined;
    const nowMs = Date.now();
    this.#lastPublishMs = nowMs;
    this.window.trim(this.rangeAt(nowMs).fromMs);
    const { revision, asOfMs } = this.#state.get();
    const newestMs = Math.max(this.window.newestMs, asOfMs ?? Number.NEGATIVE_INFINITY);
    this.#change({ revision: revision + 1, asOfMs: Number.isFinite(newestMs) ? newestMs : null });
  }

  #change(change: Partial<FeedState>): void {
    this.#state.set({ ...this.#state.get(), ...change });
  }
}
