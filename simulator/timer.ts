/** Device time: a clock that can also wake its caller. Everything in the simulator that waits, waits here. */
import { systemClock, type Clock } from '../core/time.ts';

export interface Timer extends Clock {
  /** Calls back once, at or soon after `atMs` of this clock; disposing forgets the call. */
  at(atMs: number, callback: () => void): Disposable;
}

/** setTimeout counts in a signed 32-bit integer; longer waits are split. */
const longestWaitMs = 2 ** 31 - 1;

export interface ScaledTimerOptions {
  /** Device seconds per real second; sample intervals shrink with it. 1 when left out. */
  readonly speed?: number | undefined;
  /** Device time at the start, ms since the epoch; the real time when left out. */
  readonly startAtMs?: number | undefined;
  readonly clock?: Clock | undefined;
}

/** Device time that starts anywhere and runs `speed` times as fast as the real one. */
export function scaledTimer(options: ScaledTimerOptions = {}): Timer {
  const { speed = 1, clock = systemClock } = options;
  const realStartMs = clock.nowMs();
  const startAtMs = options.startAtMs ?? realStartMs;
  const nowMs = () => startAtMs + (clock.nowMs() - realStartMs) * speed;
  return {
    nowMs,
    at(atMs, callback) {
      let handle: NodeJS.Timeout;
      const arm = () => {
        const waitMs = Math.min(longestWaitMs, Math.max(0, Math.ceil((atMs - nowMs()) / speed)));
        handle = setTimeout(() => (nowMs() >= atMs ? callback() : arm()), waitMs);
      };
      arm();
      return { [Symbol.dispose]: () => clearTimeout(handle) };
    },
  };
}

export const systemTimer: Timer = scaledTimer();
