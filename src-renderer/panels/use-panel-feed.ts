import { useEffect, useMemo } from 'react';
import type { RangeQuery } from '../../core/contract/query.ts';
import { useServices } from '../app/console-services.ts';
import type { FeedState } from '../live/feed-state.ts';
import { PanelFeed } from '../live/panel-feed.ts';
import { useStore } from '../settings/store.ts';
import { useViewTime } from '../time/view-time.ts';
import { useOnScreen } from '../ui/use-on-screen.ts';

export interface PanelFeedView {
  readonly feed: PanelFeed;
  readonly state: FeedState;
}

/** The feed of a panel over the screen's time range; runs only while the panel can be seen. */
export function usePanelFeed(
  query: RangeQuery,
  { element, panelPx }: { element: HTMLElement | null; panelPx: number | null },
): PanelFeedView {
  const { connection } = useServices();
  const { rangeMs, untilMs } = useViewTime();
  const onScreen = useOnScreen(element);

  const feed = useMemo(
    () => new PanelFeed(connection, { query, rangeMs, untilMs }),
    [connection, query, rangeMs, untilMs],
  );
  // Before the start below: the first question is already as fine as the panel is wide.
  useEffect(() => {
    if (panelPx !== null) feed.fitTo(panelPx);
  }, [feed, panelPx]);
  const running = onScreen && panelPx !== null;
  useEffect(() => {
    if (!running) return undefined;
    feed.start();
    return () => feed.stop();
  }, [feed, running]);
  return { feed, state: useStore(feed.state) };
}
