import { useEffect, useState, useSyncExternalStore } from 'react';

function subscribeVisibility(listener: () => void): () => void {
  document.addEventListener('visibilitychange', listener);
  return () => document.removeEventListener('visibilitychange', listener);
}

/** True while the page is in front: no other tab is, and the window is not minimised. */
export function usePageVisible(): boolean {
  return useSyncExternalStore(subscribeVisibility, () => !document.hidden);
}

/** True while the element is in or near the visible part of a visible page. */
export function useOnScreen(element: HTMLElement | null): boolean {
  const pageVisible = usePageVisible();
  const [inView, setInView] = useState(false);
  useEffect(() => {
    if (element === null) return undefined;
    const observer = new IntersectionObserver(
      (entries) => setInView(entries.at(-1)?.isIntersecting ?? false),
      { rootMargin: '120px' },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [element]);
  return pageVisible && inView;
}
