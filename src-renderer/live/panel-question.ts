/** Asks for a panel's range, as finely as its width and its number of lines allow. */
import type { QueryResult } from '../../core/contract/query.ts';
import type { Connection } from '../api/console-client.ts';
import { rangeAt, type FeedRequest } from './feed-state.ts';
import { pollEveryMs } from './live-part.ts';
import { panelPoints, widthFor } from './point-budget.ts';

/** So many more points than a panel may draw are worth asking again, more coarsely. */
const toleratedShare = 1.5;

export class PanelQuestion {
  readonly #connection: Connection;
  readonly #request: FeedRequest;
  #panelPx = 800;
  #widthPx: number;

  constructor(connection: Connection, request: FeedRequest) {
    this.#connection = connection;
    this.#request = request;
    this.#widthPx = widthFor(this.#panelPx, this.#expectedLines);
  }

  /** Tells how wide the panel is and how many lines it has, 0 where nobody knows yet. */
  fitTo(panelPx: number, lines: number): void {
    this.#panelPx = panelPx;
    this.#widthPx = widthFor(panelPx, lines || this.#expectedLines);
  }

  /** How often there is something new to see. */
  get pollMs(): number {
    return pollEveryMs({ rangeMs: this.#request.rangeMs, widthPx: this.#widthPx });
  }

  async ask(signal: AbortSignal): Promise<QueryResult> {
    const result = await this.#askOnce(signal);
    const points = result.series.reduce((sum, { timesMs }) => sum + timesMs.length, 0);
    if (points <= panelPoints * toleratedShare) return result;
    this.#widthPx = widthFor(this.#panelPx, result.series.length);
    return this.#askOnce(signal);
  }

  get #expectedLines(): number {
    return this.#request.query.top ?? 2;
  }

  #askOnce(signal: AbortSignal): Promise<QueryResult> {
    const range = rangeAt(this.#request, Date.now());
    return this.#connection.client.query.run(
      { ...this.#request.query, ...range, widthPx: this.#widthPx },
      { signal },
    );
  }
}
