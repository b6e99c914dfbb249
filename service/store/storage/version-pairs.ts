/**
 * Versions of TimescaleDB, and pairs with versions of PostgreSQL, that are known not to do; everything else is taken to
 * work, and watched (`storage-health.ts`). No I/O.
 */

type Version = readonly [major: number, minor: number, patch: number];

interface BadPair {
  readonly timescale: { readonly from: Version; readonly before: Version };
  /** As `server_version_num`; left out: any. */
  readonly postgres?: { readonly from: number; readonly before: number };
  readonly trouble: string;
  readonly remedy: string;
  /**
   * `answers`: what is stored or shown would be wrong, so nothing starts. `background`: nothing is lost, but it is no base
   * for a new database; one that is there already goes on, for to stop would lose what arrives meanwhile.
   */
  readonly harms: 'answers' | 'background';
}

const first: Version = [0, 0, 0];
const endless: Version = [Infinity, 0, 0];

const badPairs: readonly BadPair[] = [
  {
    timescale: { from: first, before: [2, 18, 0] },
    trouble: 'is too old',
    remedy: 'update the extension to 2.18 or newer',
    harms: 'answers',
  },
  {
    // timescale/timescaledb#8621
    timescale: { from: [2, 22, 0], before: [2, 22, 1] },
    trouble: 'leaves holes in rollups',
    remedy: 'update the extension to 2.22.1 or newer',
    harms: 'answers',
  },
  {
    timescale: { from: [2, 29, 0], before: endless },
    postgres: { from: 0, before: 160_000 },
    trouble: 'is not made for this PostgreSQL',
    remedy: 'use PostgreSQL 16, 17 or 18, or TimescaleDB 2.28',
    harms: 'answers',
  },
  {
    // Tried with 2.28.3; what begins a job is the same in all of these.
    timescale: { from: [2, 18, 0], before: [2, 28, 4] },
    postgres: { from: 150_020, before: 150_021 },
    trouble:
      'ends every job in the background with an error there (24000, cannot drop portal) and begins the next ones ever later, so that rollups fall behind',
    remedy: 'use PostgreSQL 15.18, or 17.11 with TimescaleDB 2.29',
    harms: 'background',
  },
];

export interface VersionTrouble {
  readonly sentence: string;
  readonly harms: BadPair['harms'];
}

/** @param server `server_version_num` */
export function versionTrouble(timescale: string, server: number): VersionTrouble | null {
  const version = parse(timescale);
  const bad = badPairs.find(
    (pair) =>
      !isBefore(version, pair.timescale.from) &&
      isBefore(version, pair.timescale.before) &&
      (pair.postgres === undefined ||
        (server >= pair.postgres.from && server < pair.postgres.before)),
  );
  if (bad === undefined) return null;
  const on = bad.postgres === undefined ? '' : ` on PostgreSQL ${serverText(server)}`;
  const sentence = `TimescaleDB ${timescale}${on} ${bad.trouble}: ${bad.remedy}`;
  return { sentence, harms: bad.harms };
}

/** For example 15.20 for 150020. */
export function serverText(server: number): string {
  return `${Math.floor(server / 10_000)}.${server % 10_000}`;
}

/** What follows the numbers, as in `2.23.0-dev`, does not count. */
function parse(text: string): Version {
  const [major = 0, minor = 0, patch = 0] = text
    .split(/[.-]/)
    .map((part) => parseInt(part, 10) || 0);
  return [major, minor, patch];
}

function isBefore(one: Version, other: Version): boolean {
  const at = one.findIndex((part, place) => part !== other[place]);
  return at !== -1 && one[at]! < other[at]!;
}
