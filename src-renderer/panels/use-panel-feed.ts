import { useEffect, useMemo, useRef } from 'react';
import type { Query } from '../../core/contract/query.ts';
import { useServices } from '../app/console-services.ts';
import { PanelFeed, type FeedState } from '../live/panel-feed.ts';
import { createStore, useStore } from '../settings/store.ts';
import { useViewTime } from '../time/view-time.ts';
import { useOnScreen } from '../ui/use-on-screen.ts';

const notYet = createStore<FeedState>({
  phase: { kind: 'loading' },
  stream: 'off',
  revision: 0,
  asOfMs: null,
});

export interface PanelFeedView {
  /** Null until the panel is laid out. */
  readonly feed: PanelFeed | null;
  readonly state: FeedState;
}

/** The feed of a panel over the screen's time range; runs only while the panel can be seen. */
export function usePanelFeed(
  query: Query,
  { element, panelPx }: { element: HTMLElement | null; panelPx: number | null },
): PanelFeedView {
  const { connection } = useServices();
  const { rangeMs, live, frozenAtMs } = useViewTime();
  const onScreen = useOnScreen(element);
  const widthPx = useRef(800);
  if (panelPx !== null) widthPx.current = panelPx;
  const laidOut = panelPx !== null;

  const feed = useMemo(
    () =>
      laidOut
        ? new PanelFeed(connection, {
            query,
            rangeMs,
            untilMs: live ? null : frozenAtMs,
            panelPx: widthPx.current,
          })
        : null,
    [connection, query, rangeMs, live, frozenAtMs, laidOut],
  );
  useEffect(() => {
    if (feed === null || !onScreen) return;
    feed.start();
    return () => feed.stop();
  }, [feed, onScreen]);
  return { feed, state: useStore(feed?.state ?? notYet) };
}
