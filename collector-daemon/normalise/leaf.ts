/**
 * What the next sample of a leaf needs of those before. A leaf that is gone is remembered: a sample of before its end,
 * come late, is history and does not bring it back.
 */
import type { Path } from '../../core/telemetry/path.ts';
import type { SeriesKind } from '../../core/telemetry/series.ts';
import type { Unit } from '../../core/telemetry/unit.ts';
import type { LeafValue } from '../../core/telemetry/value.ts';
import type { LateNumbers } from './late-numbers.ts';
import type { LeafTime } from './sample-time.ts';
import type { StateHistory } from './state-history.ts';

/** What a counter counts on from. */
export interface CountedFrom {
  readonly lastInteger: bigint | null;
  readonly lastStampUs: number;
  readonly lastTimeUs: number;
  readonly clockEpoch: number;
}

export interface Leaf {
  /** The path's canonical text. */
  readonly key: string;
  readonly path: Path;
  readonly kind: SeriesKind;
  /** Type of the newest value: another may be of another class, and so of another series. Null before the first. */
  valueKind: LeafValue['kind'] | null;
  readonly ref: number;
  /** Generation of the connect in which the leaf was last seen. */
  generation: number;
  /** That of its newest value. */
  valueGeneration: number;
  /** Of the newest value, also where it was told again and not stored again. */
  lastTimeUs: number;
  /** As the device says; NaN where nothing is believed of it. */
  lastStampUs: number;
  /** Of the device's clock, that of `lastStampUs`. */
  clockEpoch: number;
  /** Of the newest value that was stored. */
  writtenTimeUs: number;
  lastInteger: bigint | null;
  lastNumber: number;
  lastText: string | null;
  /** Counters: the next sample may be compared with the newest. */
  counts: boolean;
  /** Counters: where it counts from when that is not the newest value. */
  heldFrom: CountedFrom | null;
  /** Counters: how much a ms of late, at most. */
  mostPerMs: number;
  /** Counters: it has been beyond 32 bits, and so does not wrap there. */
  wide: boolean;
  /** Counters: how often it went down of late with no reason known; a counter seldom does. */
  falls: number;
  /** States. */
  history: StateHistory | null;
  /** Numbers. */
  late: LateNumbers | null;
  /** Null while it lives. */
  end: LeafEnd | null;
}

/** A leaf that was stored before. */
export interface StoredLeaf {
  readonly key: string;
  readonly path: Path;
  readonly kind: SeriesKind;
  readonly unit: Unit;
  /** Of the newest sample. */
  readonly lastTimeUs: number;
  /** Ends after the newest sample; empty while it lives. */
  readonly endsUs: readonly number[];
}

/** The generation is that of the connect that told of it. */
export type LeafEnd = LeafTime;

export function newLeaf(
  rest: Pick<Leaf, 'key' | 'path' | 'kind' | 'valueKind' | 'ref' | 'generation'>,
): Leaf {
  return {
    ...rest,
    valueGeneration: -1,
    lastTimeUs: Number.NEGATIVE_INFINITY,
    lastStampUs: Number.NaN,
    clockEpoch: 0,
    writtenTimeUs: Number.NEGATIVE_INFINITY,
    lastInteger: null,
    lastNumber: Number.NaN,
    lastText: null,
    counts: false,
    heldFrom: null,
    mostPerMs: Number.NaN,
    wide: false,
    falls: 0,
    history: null,
    late: null,
    end: null,
  };
}

export type Order =
  | 'newer'
  /** Of the same stamp: what arrives later is newer, unless it is the same. */
  | 'tie'
  /** The first that a connect sends: newer, unless it is the same. */
  | 'anew'
  | 'late';

/** Where a value of that time stands to the leaf's newest one. */
export function orderOf({ clockEpoch, lastStampUs, valueGeneration }: Leaf, at: LeafTime): Order {
  if (at.stampUs === lastStampUs) return 'tie';
  if (clockEpoch !== at.clockEpoch) return 'newer';
  // Not the other way round: where one is NaN, the order of arrival counts.
  if (!(at.stampUs < lastStampUs)) return 'newer';
  return valueGeneration === at.generation ? 'late' : 'anew';
}

/**
 * The time of an end; null where the leaf has a sample of after it and so lives on. Arrival breaks ties: an end that
 * comes after a sample of the same time is a microsecond later.
 */
export function endTimeOf(leaf: Leaf, at: LeafTime): number | null {
  return orderOf(leaf, at) === 'late' ? null : Math.max(at.timeUs, leaf.lastTimeUs + 1);
}

export type Return =
  | 'new-life'
  /** There all the same, with the time of its last change: the end was one by our clock, or of an earlier connect. */
  | 'never-gone'
  /** Of before the end. */
  | 'history';

/**
 * What a sample of that time says of a leaf that ended. Only in the connect that told of the end, and by the same clock, it
 * can be history: a later one sends what is there.
 */
export function returnOf(end: LeafEnd, at: LeafTime): Return {
  const comparable = end.clockEpoch === at.clockEpoch && end.generation === at.generation;
  if (comparable && at.stampUs < end.stampUs) return 'history';
  return at.timeUs >= end.timeUs ? 'new-life' : 'never-gone';
}
