/** Loops of a node that end together. */
import type { Timers } from '../../core/time.ts';
import { pause } from '../../core/time.ts';
import { RepeatedJob } from '../../service/repeat.ts';
import type { JobBoard } from './job-board.ts';

export interface JobSetOptions {
  /** Where each run is noted. */
  readonly board?: JobBoard;
  readonly timers: Timers;
  /** What a job's failures, and null for its recovery, are told to. */
  readonly troubleOf: (name: string) => (error: unknown) => void;
  /** Cancels what the jobs' connections are running at this moment; called until all jobs have ended. */
  readonly cancel?: () => Promise<void>;
}

const cancelEveryMs = 250;

export class JobSet implements AsyncDisposable {
  readonly #options: JobSetOptions;
  readonly #jobs: RepeatedJob[] = [];

  constructor(options: JobSetOptions) {
    this.#options = options;
  }

  start(name: string, everyMs: number, run: (signal: AbortSignal) => Promise<void>): RepeatedJob {
    const { timers, troubleOf, board } = this.#options;
    const watched = board?.watch(name, run) ?? run;
    const job = new RepeatedJob({ everyMs, timers, run: watched, trouble: troubleOf(name) });
    this.#jobs.push(job);
    return job;
  }

  /** No run begins any more; those under way are told. Waits for none. */
  stop(): void {
    for (const job of this.#jobs) job.stop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.stop();
    const ended = new AbortController();
    const all = Promise.all(this.#jobs.map((job) => job[Symbol.asyncDispose]()));
    const cancelling = this.#cancelUntil(ended.signal);
    await all;
    ended.abort();
    await cancelling;
  }

  /** A job may answer a cancelled statement with its next one. */
  async #cancelUntil(ended: AbortSignal): Promise<void> {
    const { cancel, timers } = this.#options;
    if (cancel === undefined) return;
    while (!ended.aborted) {
      await cancel().catch(() => {});
      await pause(timers, cancelEveryMs, ended);
    }
  }
}
