import { useEffect, useState } from 'react';
import { dismissToast } from './toast-store.ts';

const plainForMs = 5_000;
/** Time enough to notice a mistake and take it back. */
const actionForMs = 10_000;

/**
 * Dismisses a toast when its time is over. The time runs only while somebody can read: from when it was painted (a busy
 * machine must not swallow it), not while the window is hidden, and from the start again after the pointer or the focus
 * was on it (WCAG 2.2.1).
 * @returns handlers for the toast's element
 */
export function useToastTime(id: number, hasAction: boolean) {
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (held) return undefined;
    const forMs = hasAction ? actionForMs : plainForMs;
    let frame = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = () => {
      cancelAnimationFrame(frame);
      clearTimeout(timer);
    };
    const start = () => {
      stop();
      if (document.hidden) return;
      frame = requestAnimationFrame(() => {
        timer = setTimeout(() => dismissToast(id), forMs);
      });
    };
    start();
    document.addEventListener('visibilitychange', start);
    return () => {
      stop();
      document.removeEventListener('visibilitychange', start);
    };
  }, [id, hasAction, held]);
  const hold = () => setHeld(true);
  const release = () => setHeld(false);
  return { onMouseEnter: hold, onMouseLeave: release, onFocus: hold, onBlur: release };
}
