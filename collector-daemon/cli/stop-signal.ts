/** Ctrl+C and SIGTERM as an AbortSignal; asked a second time, or where the end takes too long, the program ends at once. */
import type { Timers } from '../../core/time.ts';

/** Below the patience of supervisors (`TimeoutStopSec=30`), above what draining and stopping a database take. */
const stopPatienceMs = 25_000;

/** A program that has ended in order must not wait for them. */
const detachedTimers: Timers = {
  after: (delayMs, run) => {
    const handle = setTimeout(run, delayMs).unref();
    return () => clearTimeout(handle);
  },
};

export interface StopOptions {
  readonly timers?: Timers;
  /** Told when the orderly end is given up. */
  readonly warn: (sentence: string) => void;
}

/** The part of a process that is needed here. */
export interface Stoppable {
  on(signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP', run: () => void): unknown;
  exit(code: number): void;
}

export function stopSignal(
  process: Stoppable,
  { timers = detachedTimers, warn }: StopOptions,
): AbortSignal {
  const controller = new AbortController();
  const stop = () => {
    if (controller.signal.aborted) return process.exit(130);
    controller.abort(new Error('stopped'));
    // A database that hangs answers neither yes nor no, and closing a connection waits for it as well.
    timers.after(stopPatienceMs, () => {
      warn(
        `stopping took longer than ${stopPatienceMs / 1_000} s, probably because the database does not answer; ended at once, and what was not stored yet is lost`,
      );
      process.exit(1);
    });
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  return controller.signal;
}

/** Resolves when the signal is aborted. */
export function stopped(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
