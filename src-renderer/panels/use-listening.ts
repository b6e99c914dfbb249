import type { RangeQuery } from '../../core/contract/query.ts';
import type { Listening } from '../live/heard.ts';
import type { PanelFeed } from '../live/panel-feed.ts';
import { isCalendar } from '../live/periods.ts';
import { useNowMs } from '../time/now.ts';

/** Silence brings nothing that would draw the panel again; so often it is looked for. */
const lookEveryMs = 5_000;

/** Until when a panel's lines could be heard; moves on by itself. */
export function useListening(feed: PanelFeed, { buckets }: Pick<RangeQuery, 'buckets'>): Listening {
  const nowMs = Math.floor(useNowMs() / lookEveryMs) * lookEveryMs;
  return {
    untilMs: feed.heardUntil(nowMs),
    bucketMs: feed.window.bucketMs,
    heardAtMs: feed.window.heardAtMs,
    periods: isCalendar(buckets),
  };
}
