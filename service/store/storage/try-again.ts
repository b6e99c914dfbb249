/** Work that others' locks get in the way of: done again, after short waits that grow and differ, a few times. */
import { pause, systemTimers, type Timers } from '../../../core/time.ts';
import { errorCodeOf } from '../connection/database-error.ts';

export interface Patience {
  /** Default 10: about 20 s. */
  readonly maxTries?: number;
  readonly timers?: Timers;
  readonly random?: () => number;
  readonly signal?: AbortSignal | undefined;
  /** Problems that waiting may heal; default `isPassing`. */
  readonly isPassing?: (error: unknown) => boolean;
}

const firstWaitMs = 100;
const longestWaitMs = 5_000;

/**
 * Deadlock, serialisation failure, and a lock that is not to be had, which is what TimescaleDB also says where another
 * refresh of the same time is under way.
 */
const passing = new Set(['40P01', '40001', '55P03']);

export function isPassing(error: unknown): boolean {
  return passing.has(errorCodeOf(error));
}

/** @throws the last problem, or at once one that waiting does not heal */
export async function tryAgain<Value>(
  work: () => Promise<Value>,
  patience: Patience = {},
): Promise<Value> {
  const { maxTries = 10, timers = systemTimers, random = Math.random } = patience;
  const mayPass = patience.isPassing ?? isPassing;
  const signal = patience.signal ?? new AbortController().signal;
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (!mayPass(error) || tries >= maxTries || signal.aborted) throw error;
    }
    const waitMs = Math.min(firstWaitMs * 2 ** (tries - 1), longestWaitMs);
    await pause(timers, waitMs * (0.5 + random() / 2), signal);
  }
}
