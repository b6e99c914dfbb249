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

/** Yields each time it is worth looking; ends when the signal aborts. */
export async function* changes(listener: Listener, options: ChangesOptions): AsyncGenerator<void> {
  const { signal, payload } = options;
  let announced = Promise.withResolvers<void>();
  const unsubscribe = options.channels.map((channel) =>
    listener.on(channel, (heard) => {
      if (heard === null || payload === undefined || heard === payload) announced.resolve();
    }),
  );
  const aborted = new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  try {
    while (!signal.aborted) {
      // Reset before looking: what is announced during the look calls for another one.
      announced = Promise.withResolvers<void>();
      yield;
      await orTimeout(options.minGapMs, [aborted]);
      await orTimeout(options.pollMs - options.minGapMs, [aborted, announced.promise]);
    }
  } finally {
    for (const stop of unsubscribe) stop();
  }
}

/** Resolves with the first of the promises, or when the time is over. */
async function orTimeout(ms: number, promises: readonly Promise<void>[]): Promise<void> {
  const over = Promise.withResolvers<void>();
  const timer = setTimeout(over.resolve, Math.max(0, ms));
  try {
    await Promise.race([over.promise, ...promises]);
  } finally {
    clearTimeout(timer);
  }
}
