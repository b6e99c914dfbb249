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
  /** Where the program writes; one that fails (a pipe or a terminal that was closed) ends it in order. */
  readonly outputs?: readonly Output[];
}

export interface Output {
  on(event: 'error', run: () => void): unknown;
}

/** The part of a process that is needed here. */
export interface Stoppable {
  on(signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP', run: () => void): unknown;
  exit(code: number): void;
}

export function stopSignal(
  process: Stoppable,
  { timers = detachedTimers, warn, outputs = [] }: StopOptions,
): AbortSignal {
  const controller = new AbortController();
  const begin = () => {
    if (controller.signal.aborted) return;
    controller.abort(new Error('stopped'));
    // A database that hangs answers neither yes nor no, and closing a connection waits for it as well.
    timers.after(stopPatienceMs, () => {
      warn(
        `stopping took longer than ${stopPatienceMs / 1_000} s, probably because the database does not answer; ended at once, and what was not stored yet is lost`,
      );
      process.exit(1);
    });
  };
  const stop = () => (controller.signal.aborted ? process.exit(130) : begin());
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stop);
  // A terminal that is closed tells so by the signal and by failing writes, in any order; that is once, not twice.
  process.on('SIGHUP', begin);
  for (const output of outputs) output.on('error', begin);
  return controller.signal;
}

/** Resolves when the signal is aborted. */
export function stopped(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
