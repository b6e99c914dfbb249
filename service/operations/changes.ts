/** When to look again: at once, after each announcement, and from time to time in case one was lost. */
import type { Channel, Listener } from '../store/connection/listener.ts';

export interface ChangesOptions {
  readonly channels: readonly Channel[];
  /** Looks at least this often. */
  readonly pollMs: number;
  /** And at most this often, however many announcements there are. */
  readonly minGapMs: number;
  /** Only announcements with this payload count; those that may have been missed always do. */
  readonly payload?: string;
  readonly signal: AbortSignal;
}

/**
 * Yields each time it is worth looking; ends when the signal aborts. A console looks for hours on one signal: nothing is
 * left on it by a look, so no promise that lives as long is raced against.
 */
export async function* changes(listener: Listener, options: ChangesOptions): AsyncGenerator<void> {
  const { signal, payload, minGapMs, pollMs } = options;
  const sleeper = new Sleeper();
  let announced = false;
  const aborted = () => signal.aborted;
  const wake = () => sleeper.wake();
  const unsubscribe = options.channels.map((channel) =>
    listener.on(channel, (heard) => {
      announced ||= heard === null || payload === undefined || heard === payload;
      wake();
    }),
  );
  signal.addEventListener('abort', wake);
  try {
    while (!signal.aborted) {
      // Reset before looking: what is announced during the look calls for another one.
      announced = false;
      yield;
      await sleeper.sleep(minGapMs, aborted);
      await sleeper.sleep(pollMs - minGapMs, () => announced || signal.aborted);
    }
  } finally {
    signal.removeEventListener('abort', wake);
    for (const stop of unsubscribe) stop();
  }
}

/** One sleep at a time. */
class Sleeper {
  #woken: () => void = () => {};

  /** Something may have changed. */
  wake(): void {
    this.#woken();
  }

  /** Until the time is over, or what ends it holds already or when woken. */
  sleep(ms: number, isOver: () => boolean): Promise<void> {
    if (isOver()) return Promise.resolve();
    return new Promise((resolve) => {
      const finish = () => {
        clearTimeout(timer);
        this.#woken = () => {};
        resolve();
      };
      const timer = setTimeout(finish, Math.max(0, ms));
      this.#woken = () => {
        if (isOver()) finish();
      };
    });
  }
}
