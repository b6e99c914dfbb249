/** Time zones by their IANA names (`Europe/Berlin`), as the platform's own data knows them. */

/** Offsets such as `+01:00` are no names: they know no summer. */
const nameShape = /^[A-Za-z][A-Za-z0-9_+/-]{0,63}$/;

const formats = new Map<string, Intl.DateTimeFormat>();

/** Formats are dear to make, and names come from outside: kept are only those of zones, however they are capitalised. */
function formatOf(timeZone: string): Intl.DateTimeFormat | null {
  if (!nameShape.test(timeZone)) return null;
  const key = timeZone.toLowerCase();
  const made = formats.get(key) ?? makeFormat(timeZone);
  if (made !== null) formats.set(key, made);
  return made;
}

function makeFormat(timeZone: string): Intl.DateTimeFormat | null {
  const fields = {
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
    hourCycle: 'h23',
  } as const;
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone, ...fields });
  } catch {
    return null;
  }
}

export function isTimeZone(name: string): boolean {
  return formatOf(name) !== null;
}

const shownCharacters = 64;

/** Names come from outside: long ones are cut, and what would garble the sentence is written as an escape. */
export function timeZoneProblem(name: string): string {
  const cut = name.length > shownCharacters ? `${name.slice(0, shownCharacters)}…` : name;
  const shown = cut.replaceAll(/[\p{C}\p{Z}"\\]/gu, (character) =>
    character === ' ' ? ' ' : `\\u{${character.codePointAt(0)!.toString(16)}}`,
  );
  return `unknown time zone: "${shown}" (expected an IANA name, for example Europe/Berlin)`;
}

/**
 * What clocks on the wall show, as if it were UTC; whole seconds.
 * @throws RangeError for an unknown zone
 */
export function wallMs(timeZone: string, timeMs: number): number {
  const format = formatOf(timeZone);
  if (format === null) throw new RangeError(timeZoneProblem(timeZone));
  const parts: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
  for (const { type, value } of format.formatToParts(timeMs)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** How far the clocks on the wall are ahead of UTC; whole seconds. */
export function offsetMs(timeZone: string, timeMs: number): number {
  return wallMs(timeZone, timeMs) - Math.floor(timeMs / 1_000) * 1_000;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/**
 * The first moment of a local day, given as its midnight in UTC. Where clocks go forward at midnight that is a later
 * hour; where they go back over midnight, the first of the two.
 */
export function startOfDay(timeZone: string, dayUtcMs: number): number {
  const offsets = [dayUtcMs - dayMs, dayUtcMs + dayMs].map((timeMs) => offsetMs(timeZone, timeMs));
  const midnights = offsets
    .map((offset) => dayUtcMs - offset)
    .filter((timeMs) => wallMs(timeZone, timeMs) === dayUtcMs);
  if (midnights.length > 0) return Math.min(...midnights);
  // There is no midnight: the day begins when the clocks go forward.
  return firstWhere(
    (timeMs) => wallMs(timeZone, timeMs) >= dayUtcMs,
    dayUtcMs - Math.max(...offsets) - dayMs,
    dayUtcMs - Math.min(...offsets) + dayMs,
  );
}

/** The first moment of the local hour that a moment lies in. */
export function startOfHour(timeZone: string, timeMs: number): number {
  const dayUtcMs = Math.floor(wallMs(timeZone, timeMs) / dayMs) * dayMs;
  let startMs = startOfDay(timeZone, dayUtcMs);
  for (;;) {
    const next = nextHour(timeZone, startMs);
    if (next > timeMs) return startMs;
    startMs = next;
  }
}

/**
 * The end of the local hour that begins at `startMs`: where the clocks show the next full hour, or are put to another
 * one. So an hour is 60 minutes, and where clocks change by part of one (Lord Howe) once a year 30 and once 90.
 */
export function nextHour(timeZone: string, startMs: number): number {
  const before = offsetMs(timeZone, startMs);
  const endMs = fullHourAfter(startMs, before);
  if (offsetMs(timeZone, endMs) === before) return endMs;
  const changeMs = firstWhere((ms) => offsetMs(timeZone, ms) !== before, startMs, endMs);
  const after = offsetMs(timeZone, changeMs);
  const hour = (ms: number) => Math.floor(ms / hourMs);
  const fullHour = (changeMs + after) % hourMs === 0;
  if (fullHour || hour(changeMs + after) !== hour(changeMs + before - 1)) return changeMs;
  return fullHourAfter(changeMs, after);
}

function fullHourAfter(timeMs: number, offset: number): number {
  return (Math.floor((timeMs + offset) / hourMs) + 1) * hourMs - offset;
}

/** The first whole ms that is so, given one that is not and a later one that is. */
function firstWhere(isSo: (timeMs: number) => boolean, notMs: number, soMs: number): number {
  while (soMs - notMs > 1) {
    const middleMs = Math.floor((notMs + soMs) / 2);
    if (isSo(middleMs)) soMs = middleMs;
    else notMs = middleMs;
  }
  return soMs;
}
