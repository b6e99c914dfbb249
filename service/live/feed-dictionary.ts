/**
 * What the series refs of each source mean, as far as frames and snapshots have said, and as long as they matter: series
 * that ended are forgotten once many have. One that comes back all the same is in the next snapshot.
 */
import type { FeedHeader, TopicSnapshot } from '../../core/telemetry/feed-frame.ts';
import type { SamplePayload } from '../../core/telemetry/sample-codec.ts';
import type { SeriesDefinition } from '../../core/telemetry/series.ts';
import { RecentSources, type Source } from './recent-sources.ts';

/** Of one source of a topic. */
const mostEnded = 1_000;

interface Known {
  readonly definition: SeriesDefinition;
  /** Of the frame or snapshot that said so. */
  readonly sequence: number;
}

class SourceSeries {
  known = new Map<number, Known>();
  /** In the order of their ends. */
  readonly ended = new Set<number>();
}

export class FeedDictionary {
  readonly #sources = new RecentSources(() => new SourceSeries());

  /** Takes what the frame introduces, and what it says of the lives of series. */
  learn(topic: string, header: FeedHeader, { introduces, numbers, texts, ends }: SamplePayload) {
    const { known, ended } = this.#sources.at(topic, header);
    for (const definition of introduces) {
      known.set(definition.ref, { definition, sequence: header.sequence });
    }
    if (ended.size > 0) {
      for (const ref of numbers.series) ended.delete(ref);
      for (const ref of texts.series) ended.delete(ref);
    }
    ends.series.forEach((ref, row) => {
      ended.delete(ref);
      if (ends.withdrawn[row] === 0) ended.add(ref);
    });
    if (ended.size > mostEnded) forgetOlderHalf(known, ended);
  }

  /** A snapshot is complete up to its sequence; only what was introduced later is known beside it. */
  replace({ topic, sequence, series, ...source }: TopicSnapshot): void {
    const of = this.#sources.at(topic, source);
    const later = [...of.known].filter(([, one]) => one.sequence > sequence);
    of.known = new Map(series.map((definition) => [definition.ref, { definition, sequence }]));
    for (const [ref, one] of later) of.known.set(ref, one);
    for (const ref of of.ended) if (!of.known.has(ref)) of.ended.delete(ref);
  }

  seriesOf(topic: string, source: Source): (ref: number) => SeriesDefinition | undefined {
    const { known } = this.#sources.at(topic, source);
    return (ref) => known.get(ref)?.definition;
  }

  /** Nobody listens to these topics any more. */
  forget(gone: (topic: string) => boolean): void {
    this.#sources.forget(gone);
  }
}

function forgetOlderHalf(known: Map<number, Known>, ended: Set<number>): void {
  const many = [...ended].slice(0, ended.size / 2);
  for (const ref of many) {
    known.delete(ref);
    ended.delete(ref);
  }
}
