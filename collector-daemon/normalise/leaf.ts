/**
 * What the next sample of a leaf needs of those before. A leaf that is gone is remembered: a sample of before its end,
 * come late, is history and does not bring it back.
 */
import type { Path } from '../../core/telemetry/path.ts';
import type { SeriesKind } from '../../core/telemetry/series.ts';
import type { Unit } from '../../core/telemetry/unit.ts';
import type { LeafValue } from '../../core/telemetry/value.ts';

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
  lastTimeUs: number;
  lastInteger: bigint | null;
  lastNumber: number;
  lastText: string | null;
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

/** When something happened to a leaf, and whose clock says so. */
export interface LeafTime {
  readonly timeUs: number;
  /** A time of the device, to be compared with those of its samples; else only the order of arrival counts. */
  readonly byDevice: boolean;
}

export interface LeafEnd extends LeafTime {
  /** Of the connect that told of it. */
  readonly generation: number;
}

export function newLeaf(
  rest: Pick<Leaf, 'key' | 'path' | 'kind' | 'valueKind' | 'ref' | 'generation'>,
): Leaf {
  return {
    ...rest,
    lastTimeUs: Number.NEGATIVE_INFINITY,
    lastInteger: null,
    lastNumber: Number.NaN,
    lastText: null,
    end: null,
  };
}

/**
 * The time of an end; null where the leaf has a sample of after it and so lives on. Arrival breaks ties: an end that
 * comes after a sample of the same time is a microsecond later.
 */
export function endTimeOf({ lastTimeUs }: Leaf, { timeUs, byDevice }: LeafTime): number | null {
  if (byDevice && timeUs < lastTimeUs) return null;
  return Math.max(timeUs, lastTimeUs + 1);
}

export type Return =
  | 'new-life'
  /** There all the same, with the time of its last change: the end was one by our clock, or of an earlier connect. */
  | 'never-gone'
  /** Of before the end. */
  | 'history';

/**
 * What a sample of that time says of a leaf that ended. Only in the connect that told of the end is it history: a later
 * one sends what is there, also when the device's clock was set back meanwhile.
 */
export function returnOf(
  end: LeafEnd,
  { lastTimeUs }: Leaf,
  { timeUs, generation }: { readonly timeUs: number; readonly generation: number },
): Return {
  if (timeUs >= end.timeUs) return 'new-life';
  const tie = timeUs === lastTimeUs && end.timeUs === lastTimeUs + 1;
  return end.byDevice && end.generation === generation && !tie ? 'history' : 'never-gone';
}
