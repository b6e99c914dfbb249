/**
 * What a leaf's name counts, if anything: `packets-received`, `ifHCInOctets`, `drop-count`. A counter where nothing speaks
 * against it; a gauge where it may fall, and wherever that is in doubt, for a wrong rate is worse than none.
 */
import type { Unit } from '../unit.ts';
import {
  countedSingulars,
  countingContainers,
  directions,
  doubtfulSingulars,
  eventNouns,
  faultLevels,
  faultNouns,
  faultRates,
  holders,
  levels,
  messageNouns,
  movedNouns,
  movements,
  tails,
} from './counting-words.ts';
import type { MetricClass } from './metric-class.ts';

interface Counted {
  readonly unit: Unit;
  readonly manner: 'moved' | 'doubtful' | 'fault' | 'event' | 'message';
  /** Where its noun stands. */
  readonly at: number;
}

/**
 * @param words of the leaf's name
 * @param around words of the containers near it, which may say what a bare `packets` is of
 * @returns null where the name has no noun that counts
 */
export function countedName(
  words: readonly string[],
  around: readonly string[],
): MetricClass | null {
  const counted = countedOf(words);
  if (counted === null || !words.slice(counted.at + 1).every(isTail)) return null;
  const { unit, manner } = counted;
  const falls = mayFall(counted, words, around);
  if (falls && manner === 'doubtful') return null;
  return { kind: falls ? 'gauge' : 'counter', unit };
}

/** What may stand behind the noun; else it is not what the leaf counts: `error-code`, `packet-length`. */
function isTail(word: string): boolean {
  return (
    [tails, movements, directions, levels, holders].some((some) => some.has(word)) ||
    /^\d+$/.test(word)
  );
}

/** By the last noun: errors of packets are errors. But packets of so many octets are packets. */
function countedOf(words: readonly string[]): Counted | null {
  for (let at = words.length - 1; at >= 0; at -= 1) {
    const found = nounAt(words, at);
    if (found === null) continue;
    const ofSize = /^\d+$/.test(words[at - 1] ?? '') ? nounBefore(words, at) : null;
    return ofSize ?? { ...found, at };
  }
  return null;
}

function nounBefore(words: readonly string[], before: number): Counted | null {
  for (let at = before - 2; at >= 0; at -= 1) {
    const found = nounAt(words, at);
    if (found !== null) return { ...found, at };
  }
  return null;
}

function nounAt(words: readonly string[], at: number): Omit<Counted, 'at'> | null {
  const word = words[at]!;
  const isCount = /^(counts?|cnt)$/.test(words[at + 1] ?? '');
  const [moved, fault] = [own(movedNouns, word), own(faultNouns, word)];
  const counted = isCount ? own(countedSingulars, word) : undefined;
  const doubtful = own(doubtfulSingulars, word);
  const [event, message] = [own(eventNouns, word), own(messageNouns, word)];
  if (moved !== undefined) return { unit: moved, manner: 'moved' };
  if (counted !== undefined) return { unit: counted, manner: 'moved' };
  if (fault !== undefined) return { unit: fault, manner: 'fault' };
  if (event !== undefined) return { unit: event, manner: 'event' };
  if (message !== undefined) return { unit: message, manner: 'message' };
  return doubtful === undefined ? null : { unit: doubtful, manner: 'doubtful' };
}

function own(units: Readonly<Record<string, Unit>>, word: string): Unit | undefined {
  return Object.hasOwn(units, word) ? units[word] : undefined;
}

function mayFall(
  { manner, unit, at }: Counted,
  words: readonly string[],
  around: readonly string[],
): boolean {
  const clean = withoutHarmlessLevels(words);
  if (manner === 'fault') return speaksOfFaults(clean);
  if (clean.some((word) => levels.has(word))) return true;
  const isMoved = words.some((word, place) => place !== at && movements.has(word));
  const isHolder = words.some((word) => holders.has(word));
  if (manner === 'message' && isHolder) return true;
  if (manner === 'event' || isMoved) return false;
  if (isHolder) return true;
  if (words.some((word) => directions.has(word))) return false;
  if (manner === 'message' || manner === 'doubtful') return true;
  return unit === 'By' ? !isSaidToCount(words, around) : isHeld(words, around);
}

function speaksOfFaults(words: readonly string[]): boolean {
  return (
    faultLevels.has(words[0] ?? '') ||
    faultLevels.has(words.at(-1) ?? '') ||
    words.some((word) => faultRates.has(word))
  );
}

/** What a rate limiter did is no rate and no limit; packets of 1,519 octets `to max` are no extreme. */
function withoutHarmlessLevels(words: readonly string[]): readonly string[] {
  const isPair = (at: number) => /^(rate limit|to max)/.test(`${words[at]} ${words[at + 1]}`);
  return words.filter((_, at) => !isPair(at) && !isPair(at - 1));
}

/** Bytes of which the name says no more may be those of a file; octets are only counted. */
function isSaidToCount(words: readonly string[], around: readonly string[]): boolean {
  if (words.some((word) => /^octets?$/.test(word))) return !isHeld(words, around);
  return saidAround(around) === 'counts';
}

/** A bare `packets` in a container that speaks of a level. */
function isHeld(words: readonly string[], around: readonly string[]): boolean {
  return words.length === 1 && saidAround(around) === 'holds';
}

/** By the nearest word that says anything. */
function saidAround(around: readonly string[]): 'counts' | 'holds' | null {
  const counts = (word: string) =>
    movements.has(word) || directions.has(word) || countingContainers.has(word);
  const holds = (word: string) => levels.has(word) || holders.has(word);
  const nearest = around.findLast((word) => counts(word) || holds(word));
  if (nearest === undefined) return null;
  return counts(nearest) ? 'counts' : 'holds';
}
