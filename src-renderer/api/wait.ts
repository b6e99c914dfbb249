import type { ReadableStore } from '../settings/store.ts';

/** Resolves after `ms`, or at once when the signal aborts. */
export function wait(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done, { once: true });
    return undefined;
  });
}

/** Resolves with true once the store's value satisfies `holds`; with false at the time limit or abort. */
export function waitFor<Value>(
  store: ReadableStore<Value>,
  holds: (value: Value) => boolean,
  { timeoutMs, signal }: { timeoutMs: number; signal?: AbortSignal | undefined },
): Promise<boolean> {
  return new Promise((resolve) => {
    if (holds(store.get())) return resolve(true);
    const finish = (answer: boolean) => {
      clearTimeout(timer);
      unsubscribe();
      signal?.removeEventListener('abort', abort);
      resolve(answer);
    };
    const abort = () => finish(false);
    const timer = setTimeout(() => finish(false), timeoutMs);
    const unsubscribe = store.subscribe(() => {
      if (holds(store.get())) finish(true);
    });
    signal?.addEventListener('abort', abort, { once: true });
    return undefined;
  });
}
