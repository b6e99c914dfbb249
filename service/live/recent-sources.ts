/**
 * Something kept for each source of a topic, as far as sources were heard of lately. A topic has one source, and others for
 * a while: a collector that starts again, a worker that takes another's place. The longest unheard of is forgotten.
 */
import type { FeedHeader } from '../../core/telemetry/feed-frame.ts';

/** Who counts refs and sequences: an incarnation of a publisher. */
export type Source = Pick<FeedHeader, 'publisher' | 'incarnation'>;

const most = 8;

export class RecentSources<Kept> {
  readonly #make: () => Kept;
  readonly #topics = new Map<string, Map<string, Kept>>();

  constructor(make: () => Kept) {
    this.#make = make;
  }

  /** What is kept for the source, which was heard of just now. */
  at(topic: string, { publisher, incarnation }: Source): Kept {
    let sources = this.#topics.get(topic);
    if (sources === undefined) {
      sources = new Map();
      this.#topics.set(topic, sources);
    }
    const key = `${incarnation} ${publisher}`;
    const kept = sources.get(key) ?? this.#make();
    sources.delete(key);
    sources.set(key, kept);
    const [oldest] = sources.keys();
    if (sources.size > most) sources.delete(oldest!);
    return kept;
  }

  forget(gone: (topic: string) => boolean): void {
    for (const topic of this.#topics.keys()) if (gone(topic)) this.#topics.delete(topic);
  }
}
