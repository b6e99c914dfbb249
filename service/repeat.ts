/** Runs a job again and again, one run at a time; a failing run is reported and the next one tried all the same. */
import { pause, type Timers } from '../core/time.ts';

export interface RepeatOptions {
  readonly everyMs: number;
  readonly timers: Timers;
  readonly run: (signal: AbortSignal) => Promise<void>;
  /** Told at the first failure in a row, and with null once a run went well again. */
  readonly trouble: (error: unknown) => void;
}

export class RepeatedJob implements AsyncDisposable {
  readonly #options: RepeatOptions;
  readonly #stop = new AbortController();
  #now = new AbortController();
  #failing = false;
  readonly #ended: Promise<void>;

  constructor(options: RepeatOptions) {
    this.#options = options;
    this.#ended = this.#loop();
  }

  /** The next run begins at once, or right after the present one. */
  hasten(): void {
    this.#now.abort();
  }

  /** No run begins any more; the one under way is told, and not waited for. */
  stop(): void {
    this.#stop.abort();
    this.hasten();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.stop();
    await this.#ended;
  }

  async #loop(): Promise<void> {
    const { everyMs, timers } = this.#options;
    while (!this.#stop.signal.aborted) {
      this.#now = new AbortController();
      await this.#runOnce();
      await pause(timers, everyMs, this.#now.signal);
    }
  }

  async #runOnce(): Promise<void> {
    try {
      await this.#options.run(this.#stop.signal);
      if (this.#failing) this.#options.trouble(null);
      this.#failing = false;
    } catch (error) {
      if (this.#stop.signal.aborted) return;
      if (!this.#failing) this.#options.trouble(error);
      this.#failing = true;
    }
  }
}
