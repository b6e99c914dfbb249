/** How each job of a node is doing: for the metrics, and for the database, where `nocturne doctor` reads it. */
import type { Clock } from '../../core/time.ts';
import { databaseSentence } from '../../service/store/connection/database-error.ts';
import type { JobState } from '../../service/store/operating/job-state.ts';

/** What goes well is written so often; what begins to fail, or no longer fails, at once. */
const writtenAgainMs = 60_000;

type Run = (signal: AbortSignal) => Promise<void>;

export interface JobBoardOptions {
  readonly clock: Clock;
  /** Told of each run. */
  readonly ran: (job: string, tookMs: number, failed: boolean) => void;
}

interface Kept {
  state: JobState;
  writtenAtMs: number;
  writtenProblem: string | null;
}

export class JobBoard {
  readonly #options: JobBoardOptions;
  readonly #jobs = new Map<string, Kept>();

  constructor(options: JobBoardOptions) {
    this.#options = options;
  }

  /** The same job, watched. */
  watch(job: string, run: Run): Run {
    return async (signal) => {
      const startedAtMs = this.#options.clock.nowMs();
      try {
        await run(signal);
        this.#ended(job, startedAtMs, null);
      } catch (error) {
        // What ends with the program has not failed.
        if (!signal.aborted) this.#ended(job, startedAtMs, databaseSentence(error));
        throw error;
      }
    };
  }

  /** Writes what is due; what could not be written is due again. */
  async flush(write: (states: readonly JobState[]) => Promise<void>): Promise<void> {
    const nowMs = this.#options.clock.nowMs();
    const due = [...this.#jobs.values()].filter(
      ({ state, writtenAtMs, writtenProblem }) =>
        state.problem !== writtenProblem || nowMs - writtenAtMs >= writtenAgainMs,
    );
    const states = due.map(({ state }) => state);
    await write(states);
    for (const [at, kept] of due.entries()) {
      kept.writtenAtMs = nowMs;
      kept.writtenProblem = states[at]!.problem;
    }
  }

  #ended(job: string, startedAtMs: number, problem: string | null): void {
    const ranAtMs = this.#options.clock.nowMs();
    const tookMs = Math.max(0, ranAtMs - startedAtMs);
    this.#options.ran(job, tookMs, problem !== null);
    const known = this.#jobs.get(job);
    const succeededAtMs = problem === null ? ranAtMs : (known?.state.succeededAtMs ?? null);
    const state: JobState = { job, ranAtMs, succeededAtMs, tookMs, problem };
    if (known !== undefined) known.state = state;
    else {
      this.#jobs.set(job, {
        state,
        writtenAtMs: Number.NEGATIVE_INFINITY,
        writtenProblem: null,
      });
    }
  }
}
