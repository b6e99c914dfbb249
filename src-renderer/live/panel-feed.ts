/**
 * Feeds one panel: asks for its range once, then follows the live stream and asks again after a break, after lost
 * frames and from time to time. What has no live form is asked for again and again instead. What was shown stays in the
 * window whatever happens to the connection.
 *
 * Phases: `loading` until the first answer, then `ready`; `failed` only while there is nothing to show.
 */
import type { LiveFrame, QueryResult } from '../../core/contract/query.ts';
import { backoffMs } from '../api/backoff.ts';
import type { Connection } from '../api/console-client.ts';
import { failureOf } from '../api/failure.ts';
import type { FollowState } from '../api/follow.ts';
import { wait, waitFor } from '../api/wait.ts';
import { createStore, type ReadableStore } from '../settings/store.ts';
import { rangeAt, type FeedRequest, type FeedState } from './feed-state.ts';
import { withKnownBreaks } from './known-breaks.ts';
import { livePartOf } from './live-part.ts';
import { LiveWindow } from './live-window.ts';
import { PanelQuestion } from './panel-question.ts';
import { PanelStream } from './panel-stream.ts';
import { RedrawNotes, type Redraw } from './redraw-notes.ts';
import { withWholeBuckets } from './whole-buckets.ts';

const maxSeries = 60;
/** While there is nothing to show. */
const askAgainEmptyMs = 10_000;
const askWhyAfterMs = 5_000;

const before: FeedState = {
  phase: { kind: 'loading' },
  stream: 'off',
  pollMs: 0,
  revision: 0,
  asOfMs: null,
};

export class PanelFeed {
  readonly window: LiveWindow;
  readonly request: FeedRequest;
  readonly #connection: Connection;
  readonly #question: PanelQuestion;
  /** null where the question is polled. */
  readonly #stream: PanelStream | null;
  readonly #state = createStore<FeedState>(before);
  readonly #redraws = new RedrawNotes(() => this.#publish());
  #running: AbortController | null = null;
  #failures = 0;
  #waitsForLink = false;
  #asksWhy = false;
  /** How far this clock is ahead of the service's, as the last answer told. */
  #aheadMs = 0;
  /** Since the stream began there was an answer: what it lacks has fallen silent, and is not just yet to come. */
  #caughtUp = false;

  constructor(connection: Connection, request: FeedRequest) {
    this.#connection = connection;
    this.request = request;
    this.#question = new PanelQuestion(connection, request);
    const live = livePartOf(request.query);
    this.#stream =
      live &&
      new PanelStream(connection, live, {
        opened: () => this.window.streamOpened(),
        frame: (frame, signal) => this.#take(frame, signal),
        changed: (state, signal) => this.#streamChanged(state, signal),
      });
    const closed = request.query.top !== undefined;
    this.window = new LiveWindow({ closed, maxSeries, polled: live === null });
  }

  get state(): ReadableStore<FeedState> {
    return this.#state;
  }

  /** The stretch of time on screen now. */
  rangeAt(nowMs: number): { fromMs: number; toMs: number } {
    return rangeAt(this.request, nowMs);
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
    this.#question.fitTo(panelPx, this.window.series.size);
  }

  start(): void {
    if (this.#running !== null) return;
    this.#running = new AbortController();
    const { signal } = this.#running;
    const first = this.#load(signal);
    if (this.request.untilMs !== null) return;
    if (this.#stream === null) return void this.#poll(first, signal);
    void this.#resync(signal);
    void this.#askWhileEmpty(first, signal);
    this.#stream.start(signal);
  }

  stop(): void {
    this.#running?.abort();
    this.#running = null;
    this.#caughtUp = false;
    this.#redraws.hush();
    this.#change({ stream: 'off' });
  }

  retry(): void {
    this.stop();
    this.#change({ phase: { kind: 'loading' } });
    this.start();
  }

  get hasRedraw(): boolean {
    return this.#redraws.any;
  }

  /** What to draw since the last time this was asked. */
  takeRedraw(): Redraw {
    return this.#redraws.take();
  }

  #take(frame: LiveFrame, signal: AbortSignal): void {
    const change = this.window.apply(frame, Date.now() - this.#aheadMs);
    if (change.newer) this.#redraws.note(change.newSeries ? 'all' : change.points);
    if (change.lostFrames > 0) void this.#load(signal);
    if (change.points.some(({ value }) => value === null)) void this.#askWhy(signal);
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

  /** Devices that were added a moment ago have their first rates within two samples. */
  async #askWhileEmpty(first: Promise<void>, signal: AbortSignal): Promise<void> {
    await first;
    while (!signal.aborted && this.window.series.size === 0) {
      await wait(askAgainEmptyMs, signal);
      if (!signal.aborted && this.window.series.size === 0) await this.#load(signal);
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
      await wait(this.#question.pollMs, signal);
      if (!signal.aborted) await this.#load(signal);
    }
  }

  async #load(signal: AbortSignal): Promise<void> {
    try {
      const result = await this.#question.ask(signal);
      if (!signal.aborted) this.#answered(result, signal);
    } catch (error) {
      if (!signal.aborted) this.#failed(error, signal);
    }
  }

  #answered(result: QueryResult, signal: AbortSignal): void {
    this.#failures = 0;
    this.#aheadMs = Date.now() - result.asOfMs;
    this.#caughtUp = true;
    const { query } = this.request;
    this.window.merge(withKnownBreaks(query, withWholeBuckets(query, result)));
    if (this.request.untilMs === null) this.#stream?.show(result.series, signal);
    this.#change({ phase: { kind: 'ready' }, asOfMs: result.asOfMs });
    if (this.#polls) this.#change({ stream: 'polling', pollMs: this.#question.pollMs });
    this.#redraws.note('all');
  }

  #failed(error: unknown, signal: AbortSignal): void {
    const failure = failureOf(error);
    if (this.#state.get().phase.kind !== 'ready')
      this.#change({ phase: { kind: 'failed', failure } });
    if (this.#polls) this.#change({ stream: 'broken' });
    if (failure.kind === 'offline') void this.#loadWhenBack(signal);
    else this.#failures = 0;
  }

  get #polls(): boolean {
    return this.#stream === null && this.request.untilMs === null;
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

  #publish(): void {
    this.window.trim(this.rangeAt(Date.now()).fromMs);
    const { revision, asOfMs } = this.#state.get();
    const newestMs = Math.max(this.window.newestMs, asOfMs ?? Number.NEGATIVE_INFINITY);
    this.#change({ revision: revision + 1, asOfMs: Number.isFinite(newestMs) ? newestMs : null });
  }

  #change(change: Partial<FeedState>): void {
    this.#state.set({ ...this.#state.get(), ...change });
  }
}
