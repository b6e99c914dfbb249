/** Known outages of the devices on a panel: named, put where they are drawn, and said in words. */
import { isTroubleKind, troubleNatures } from '../../../core/telemetry/data-trouble.ts';
import type { KnownGap } from '../../../core/contract/query.ts';
import { formatDuration } from '../../format/duration.ts';
import type { Line } from '../../format/line-label.ts';
import type { Zone } from '../../settings/settings.ts';
import { formatClock, formatDateTime, zoneLabel } from '../../time/time-format.ts';

export interface NamedGap {
  /** null where the device stands in a group of several. */
  readonly device: string | null;
  readonly fromMs: number;
  readonly toMs: number;
  readonly why: string;
  /** Samples known to be lost; undefined where nothing came. */
  readonly lost?: number | undefined;
}

const reasons: Readonly<Record<string, string>> = {
  'connection-lost': 'the connection was lost',
  silence: 'the device fell silent',
  'collector-stalled': 'the collector stood still',
  'collector-stopped': 'the collector was stopped',
  'collector-lost': 'the collector broke off',
  'worker-crash': 'a part of the collector failed and was started again',
  'queue-full': 'the queue was full',
};

/** What collectors note as a word, in words; whole sentences as they are. */
export function reasonWords(reason: string): string {
  if (reasons[reason] === undefined && isTroubleKind(reason)) return troubleNatures[reason].noun[1];
  return reasons[reason] ?? (/^[a-z-]+$/.test(reason) ? reason.replaceAll('-', ' ') : reason);
}

export function namedGaps(
  gaps: readonly KnownGap[],
  { lines, fromMs, toMs }: { lines: Iterable<Line>; fromMs: number; toMs: number },
): NamedGap[] {
  const names = new Map<string, string>();
  for (const { info, marks } of lines) {
    const stands = marks.other === true || (marks.group && marks.group.label !== info.device);
    if (!stands) names.set(info.deviceId, info.device);
  }
  return gaps
    .filter((gap) => gap.toMs >= fromMs && gap.fromMs <= toMs)
    .map((gap) => ({
      device: names.get(gap.deviceId) ?? null,
      fromMs: gap.fromMs,
      toMs: gap.toMs,
      why: reasonWords(gap.reason),
      lost: gap.lost,
    }));
}

export function gapsAt(gaps: readonly NamedGap[], timeMs: number): readonly NamedGap[] {
  return gaps.filter(({ fromMs, toMs }) => fromMs <= timeMs && timeMs <= toMs);
}

/** So many are named; more are counted. */
const namedTogether = 3;

/** `leaf-01: no data, the connection was lost`; many that share a reason as `9 devices: …`. */
export function gapLines(gaps: readonly NamedGap[]): readonly string[] {
  const byReason = Map.groupBy(gaps, (gap) => `${whatLacks(gap)}, ${gap.why}`);
  return [...byReason].flatMap(([what, alike]) => {
    const names = [...new Set(alike.map(({ device }) => device ?? 'A device'))];
    const who = names.length > namedTogether ? [`${names.length} devices`] : names;
    return who.map((one) => `${one}: ${what}`);
  });
}

/** Where samples are counted as lost, others of the time may be there. */
function whatLacks({ lost }: NamedGap): string {
  if (lost === undefined) return 'no data';
  return `${lost.toLocaleString('en')} ${lost === 1 ? 'sample' : 'samples'} lost`;
}

/** One outage as a sentence: who, from when to when, why. */
export function gapSentence(gap: NamedGap, zone: Zone): string {
  const { device, fromMs, toMs, why } = gap;
  const what = gap.lost === undefined ? 'No data' : whatLacks(gap);
  const from = formatDateTime(fromMs, zone);
  const sameDay = from.slice(0, 10) === formatDateTime(toMs, zone).slice(0, 10);
  const until = sameDay ? formatClock(toMs, zone) : formatDateTime(toMs, zone);
  const length = formatDuration(toMs - fromMs);
  const who = device === null ? '' : ` from ${device}`;
  return `${what}${who}, ${from} to ${until} ${zoneLabel(zone, toMs)} (${length}): ${why}.`;
}

/** Each once: an outage may be noted of several devices that have no name here. */
export function gapSentences(gaps: readonly NamedGap[], zone: Zone): readonly string[] {
  return [...new Set(gaps.map((gap) => gapSentence(gap, zone)))];
}

export interface PlotPlace {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly fromMs: number;
  readonly toMs: number;
}

export interface GapBand {
  /** No other band of any mark has it, and it stays while the plot slides. */
  readonly key: string;
  readonly left: number;
  readonly width: number;
}

/** Outages that lie side by side on screen, as one thing to point at or to reach by keyboard. */
export interface GapMark {
  readonly left: number;
  readonly width: number;
  /** Hatched stretches, from the left of the plot; outages of the same time are one. */
  readonly bands: readonly GapBand[];
  readonly gaps: readonly NamedGap[];
  readonly middleMs: number;
}

const thinnest = 2;
/** What a finger or an unsteady hand can hit (WCAG 2.2, 2.5.8). */
const targetPx = 24;

export function gapMarks(gaps: readonly NamedGap[], place: PlotPlace): GapMark[] {
  const perMs = place.width / (place.toMs - place.fromMs);
  const clamp = (timeMs: number) =>
    Math.min(place.width, Math.max(0, (timeMs - place.fromMs) * perMs));
  const bands = gaps
    .filter(({ fromMs, toMs }) => toMs >= place.fromMs && fromMs <= place.toMs)
    .map((gap) => {
      const left = Math.min(clamp(gap.fromMs), place.width - thinnest);
      return { gap, left, width: Math.max(thinnest, clamp(gap.toMs) - left) };
    })
    .toSorted((one, two) => one.left - two.left);
  const marks: (typeof bands)[] = [];
  let endPx = Number.NEGATIVE_INFINITY;
  for (const band of bands) {
    if (band.left < endPx) marks.at(-1)!.push(band);
    else marks.push([band]);
    endPx = Math.max(endPx, targetEnd(band));
  }
  return marks.map((own) => {
    const left = Math.min(...own.map((band) => band.left));
    const right = Math.max(...own.map((band) => band.left + band.width));
    const first = own[0]!.gap;
    return {
      left,
      width: right - left,
      bands: bandsOf(own),
      gaps: own.map(({ gap }) => gap),
      middleMs: (Math.max(first.fromMs, place.fromMs) + Math.min(first.toMs, place.toMs)) / 2,
    };
  });
}

/** Devices that went down together would else hatch the same stretch twice, under the same key. */
function bandsOf(
  own: readonly { readonly gap: NamedGap; readonly left: number; readonly width: number }[],
): readonly GapBand[] {
  const bands = own.map(({ gap, left, width }) => ({
    key: `${gap.fromMs} ${gap.toMs}`,
    left,
    width,
  }));
  return [...new Map(bands.map((band) => [band.key, band])).values()];
}

/** Where the next target may begin: each is centred on its band and wide enough. */
function targetEnd({ left, width }: { left: number; width: number }): number {
  return left + width / 2 + Math.max(width, targetPx) / 2 + targetPx / 2;
}
