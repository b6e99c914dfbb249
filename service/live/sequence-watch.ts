/** Finds lost frames by the holes in their sequence numbers: PUB drops in silence, so these numbers are the truth. */
import type { FeedHeader } from '../../core/telemetry/feed-frame.ts';

export class SequenceWatch {
  readonly #last = new Map<string, { incarnation: number; sequence: number }>();

  /** How many frames are missing just before this one; 0 for the first of a topic. */
  lostBefore(topic: string, { publisher, incarnation, sequence }: FeedHeader): number {
    const key = `${publisher}\n${topic}`;
    const last = this.#last.get(key);
    if (last !== undefined && last.incarnation === incarnation && sequence <= last.sequence)
      return 0;
    this.#last.set(key, { incarnation, sequence });
    return last?.incarnation === incarnation ? sequence - last.sequence - 1 : 0;
  }

  /** After unsubscribing, frames are missed on purpose. */
  forget(topicPrefix: string): void {
    for (const key of this.#last.keys()) {
      if (key.slice(key.indexOf('\n') + 1).startsWith(topicPrefix)) this.#last.delete(key);
    }
  }
}
