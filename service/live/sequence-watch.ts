/** Finds lost frames by the holes in their sequence numbers: PUB drops in silence, so these numbers are the truth. */
import type { FeedHeader } from '../../core/telemetry/feed-frame.ts';
import { RecentSources } from './recent-sources.ts';

export class SequenceWatch {
  readonly #last = new RecentSources<{ sequence: number | null }>(() => ({ sequence: null }));

  /** How many frames are missing just before this one; 0 for the first of a source on a topic. */
  lostBefore(topic: string, header: FeedHeader): number {
    const last = this.#last.at(topic, header);
    const before = last.sequence;
    if (before !== null && header.sequence <= before) return 0;
    last.sequence = header.sequence;
    return before === null ? 0 : header.sequence - before - 1;
  }

  /** After unsubscribing, frames are missed on purpose. */
  forget(gone: (topic: string) => boolean): void {
    this.#last.forget(gone);
  }
}
