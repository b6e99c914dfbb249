/** One live query: waits for samples of its series on the feed and hands them on as frames, at most four times a second. */
import type { LiveFrame, Query } from '../../core/contract/query.ts';
import { NocturneError } from '../../core/errors.ts';
import type { SeriesDefinition } from '../../core/telemetry/series.ts';
import { pause, type Timers } from '../../core/time.ts';
import type { FeedSubscriber } from './feed-subscriber.ts';
import { LiveSelection, type SelectSeries } from './live-selection.ts';
import { PointBuffer } from './point-buffer.ts';

export interface LiveQueryOptions {
  readonly feed: FeedSubscriber;
  readonly select: SelectSeries;
  readonly timers: Timers;
}

const frameEveryMs = 250;
/** A new series is looked up in the store, which learns of it a moment after the feed. */
const lookUpEveryMs = 2_000;
const maxSeries = 1_000;

/**
 * Runs until the signal is aborted or the consumer stops reading.
 * @throws NocturneError QUERY_TOO_LARGE where the selectors match more than 1,000 series
 */
export async function* runLiveQuery(
  query: Query,
  options: LiveQueryOptions,
  signal: AbortSignal,
): AsyncGenerator<LiveFrame> {
  const selection = new LiveSelection(query.selectors);
  yield { kind: 'series', series: [...(await lookUp(query, selection, options, signal))] };
  await using run = new LiveRun(query, selection, options, signal);
  while (!signal.aborted) {
    await run.due();
    if (run.lostFrames > 0) yield { kind: 'gap', lostFrames: run.takeLost() };
    if (run.lookUpDue()) {
      const fresh = await lookUp(query, selection, options, signal);
      run.listen();
      if (fresh.length > 0) yield { kind: 'series', series: [...fresh] };
    }
    if (run.points.length > 0) yield run.points.take();
  }
}

async function lookUp(
  { selectors }: Query,
  selection: LiveSelection,
  { select }: LiveQueryOptions,
  signal: AbortSignal,
) {
  const found = await select(selectors, signal);
  if (found.length > maxSeries) {
    throw new NocturneError(
      'QUERY_TOO_LARGE',
      `${found.length} series match, live shows at most ${maxSeries}; narrow the selection by device or path`,
    );
  }
  return selection.add(found);
}

class LiveRun implements AsyncDisposable {
  readonly points: PointBuffer;
  readonly #query: Query;
  readonly #selection: LiveSelection;
  readonly #options: LiveQueryOptions;
  readonly #signal: AbortSignal;
  readonly #ends = new Map<string, () => void>();
  #sinceLookUpMs = 0;
  #strangers = false;
  lostFrames = 0;

  constructor(
    query: Query,
    selection: LiveSelection,
    options: LiveQueryOptions,
    signal: AbortSignal,
  ) {
    this.#query = query;
    this.#selection = selection;
    this.#options = options;
    this.#signal = signal;
    this.points = new PointBuffer(query.function, (definition) => selection.placeOf(definition));
    this.listen();
  }

  /** Subscribes to the topics of all series known by now. */
  listen(): void {
    this.#sinceLookUpMs = 0;
    this.#strangers = false;
    for (const topic of this.#selection.topics(this.#query.selectors)) {
      if (this.#ends.has(topic)) continue;
      const end = this.#options.feed.listen(topic, {
        samples: (payload, seriesOf) => this.#meet(this.points.add(payload, seriesOf)),
        lost: (frames) => {
          this.lostFrames += frames;
        },
      });
      this.#ends.set(topic, end);
    }
  }

  /** Resolves when the next frame may go out. */
  async due(): Promise<void> {
    await pause(this.#options.timers, frameEveryMs, this.#signal);
    this.#sinceLookUpMs += frameEveryMs;
  }

  /** Strangers on known topics, or now and then for devices whose topics are not subscribed yet. */
  lookUpDue(): boolean {
    if (this.#selection.isClosed) return false;
    const waitMs = this.#strangers ? lookUpEveryMs : lookUpEveryMs * 5;
    return this.#sinceLookUpMs >= waitMs;
  }

  takeLost(): number {
    const lost = this.lostFrames;
    this.lostFrames = 0;
    return lost;
  }

  [Symbol.asyncDispose](): Promise<void> {
    for (const end of this.#ends.values()) end();
    return Promise.resolve();
  }

  #meet(strangers: readonly SeriesDefinition[]): void {
    if (!this.#strangers) {
      this.#strangers = strangers.some((definition) => this.#selection.mayMatch(definition));
    }
  }
}
