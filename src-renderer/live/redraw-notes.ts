/** What is to be drawn since it was last drawn, said at most four times a second. */
import type { NewPoint } from './live-window.ts';

/** Points to add to a drawing, or the word that all of it is new. */
export type Redraw = 'all' | readonly NewPoint[];

const redrawEveryMs = 250;

export class RedrawNotes {
  readonly #publish: () => void;
  #redraw: Redraw = 'all';
  #lastPublishMs = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(publish: () => void) {
    this.#publish = publish;
  }

  get any(): boolean {
    return this.#redraw === 'all' || this.#redraw.length > 0;
  }

  take(): Redraw {
    const redraw = this.#redraw;
    this.#redraw = [];
    return redraw;
  }

  note(redraw: Redraw): void {
    this.#redraw =
      redraw === 'all' || this.#redraw === 'all' ? 'all' : [...this.#redraw, ...redraw];
    if (this.#timer !== undefined) return;
    const sinceMs = Date.now() - this.#lastPublishMs;
    this.#timer = setTimeout(() => this.#say(), Math.max(0, redrawEveryMs - sinceMs));
  }

  /** Says nothing any more until the next note. */
  hush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #say(): void {
    this.#timer = undefined;
    this.#lastPublishMs = Date.now();
    this.#publish();
  }
}
