/**
 * Time as the project writes it: `…Ms` milliseconds, `…Us` microseconds, `…Ns` nanoseconds since the Unix epoch.
 * Microseconds fit a float64 exactly until the year 2255, so columns of time are Float64Array.
 */
export interface Clock {
  /** Wall clock, milliseconds since the epoch (fractions allowed). */
  nowMs(): number;
}

/** The machine's wall clock; follows NTP steps, which `performance.timeOrigin` would not. */
export const systemClock: Clock = { nowMs: () => Date.now() };

export function usFromMs(ms: number): number {
  return Math.round(ms * 1_000);
}

export function msFromUs(us: number): number {
  return us / 1_000;
}

/** ns are truncated towards the past to µs, the precision PostgreSQL stores. */
export function usFromNs(ns: bigint): number {
  const us = ns / 1_000n;
  return Number(ns < 0n && us * 1_000n !== ns ? us - 1n : us);
}

/** One-shot timers, injected so that tests move time by hand. */
export interface Timers {
  /** Runs `run` once after `delayMs`; the answer cancels it. */
  after(delayMs: number, run: () => void): () => void;
}

export const systemTimers: Timers = {
  after: (delayMs, run) => {
    const handle = setTimeout(run, delayMs);
    return () => clearTimeout(handle);
  },
};

/** Waits; ends early, without an error, when the signal is aborted. */
export function pause(timers: Timers, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const cancel = timers.after(delayMs, finish);
    function finish(): void {
      cancel();
      signal.removeEventListener('abort', finish);
      resolve();
    }
    signal.addEventListener('abort', finish, { once: true });
    if (signal.aborted) finish();
  });
}
