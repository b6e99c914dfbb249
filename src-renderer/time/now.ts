/** The wall clock as a store that ticks once a second, shared by every age and clock on screen. */
import { createStore, useStore, type ReadableStore } from '../settings/store.ts';

const ticking = createStore(Date.now());
let watchers = 0;
let timer: ReturnType<typeof setInterval> | undefined;

const nowStore: ReadableStore<number> = {
  get: ticking.get,
  subscribe(listener) {
    const unsubscribe = ticking.subscribe(listener);
    watchers += 1;
    if (watchers === 1) {
      ticking.set(Date.now());
      timer = setInterval(() => ticking.set(Date.now()), 1_000);
    }
    return () => {
      unsubscribe();
      watchers -= 1;
      if (watchers === 0) clearInterval(timer);
    };
  },
};

export function useNowMs(): number {
  return useStore(nowStore);
}
