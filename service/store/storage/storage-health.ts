/**
 * How the work in the background is doing that keeps samples in order: the collector's jobs and TimescaleDB's policies,
 * and how far the rollups reach. `/ready`, metrics, events and `nocturne doctor` all go by this. No I/O.
 */

export type WorkState =
  | { readonly kind: 'well' }
  /** It has had no time to run yet. */
  | { readonly kind: 'new' }
  | { readonly kind: 'missing' }
  /** `remedy`: the statement to run. */
  | { readonly kind: 'paused'; readonly remedy: string }
  | { readonly kind: 'failing'; readonly problem: string }
  | { readonly kind: 'overdue' };

export interface BackgroundWork {
  /** For example `retention`, or `refresh of sample_1m`. */
  readonly name: string;
  readonly by: 'collector' | 'database';
  readonly everyMs: number;
  /** Null: it never went well, as far as is known. */
  readonly sinceSuccessMs: number | null;
  readonly state: WorkState;
}

export interface TierReach {
  readonly table: string;
  /** How long ago the last bucket ended that was looked at; null: none ever was. */
  readonly behindMs: number | null;
  /** More is a trouble. */
  readonly allowedMs: number;
}

export interface StorageHealth {
  readonly work: readonly BackgroundWork[];
  /** Where the database keeps the rollups; else they are as far as the work `rollups`. */
  readonly tiers: readonly TierReach[];
}

export interface StorageTrouble {
  /** The same as long as it is the same trouble, whatever its numbers. */
  readonly key: string;
  /** `warning`: it may be over at the next run, or costs nothing but room. */
  readonly level: 'warning' | 'problem';
  /** Nothing but room on the disk suffers. */
  readonly costsRoomOnly: boolean;
  readonly sentence: string;
}

/** Of one that runs so often; a few may be missed, and much to do takes its time. */
export function overdueMs(everyMs: number): number {
  return 3 * everyMs + 600_000;
}

export function storageTroubles({ work, tiers }: StorageHealth): StorageTrouble[] {
  const groups = Map.groupBy(work, ({ by, state }) => groupOf(by, state));
  const ofWork = [...groups].flatMap(([key, members]) =>
    members[0]!.state.kind === 'well' || members[0]!.state.kind === 'new'
      ? []
      : [troubleOf(key, members)],
  );
  return [...ofWork, ...tiers.flatMap(tierTrouble)];
}

/** What ails many for one reason is told once. */
function groupOf(by: BackgroundWork['by'], state: WorkState): string {
  return `${by} ${state.kind}${state.kind === 'failing' ? ` ${state.problem}` : ''}`;
}

function troubleOf(group: string, members: readonly BackgroundWork[]): StorageTrouble {
  const names = members.map(({ name }) => name).join(', ');
  const key = `${group}: ${names}`;
  const costsRoomOnly = members.every(({ name }) => name.startsWith('columnstore'));
  const level = !costsRoomOnly && members.some(isLasting) ? 'problem' : 'warning';
  return { key, level, costsRoomOnly, sentence: sentenceOf(members, names) };
}

/** What failed just now may go well the next time. */
function isLasting({ everyMs, sinceSuccessMs, state }: BackgroundWork): boolean {
  const lasting = sinceSuccessMs === null || sinceSuccessMs > overdueMs(everyMs);
  return state.kind !== 'failing' || lasting;
}

function sentenceOf(members: readonly BackgroundWork[], names: string): string {
  const [{ by, state }] = members as [BackgroundWork];
  const who = by === 'database' ? `TimescaleDB's ${names}` : `the collector's ${names}`;
  const [is, has, fails] = members.length > 1 ? ['are', 'have', 'fail'] : ['is', 'has', 'fails'];
  const last = lastText(members);
  switch (state.kind) {
    case 'failing':
      return `${who} ${fails}: ${state.problem} (${last})`;
    case 'paused':
      return `${who} ${is} paused (${last}): run "${members.map((one) => remedyOf(one.state)).join('; ')}"`;
    case 'missing':
      return `${who} ${is} not there any more: run "nocturne migrate", or wait ten minutes for the collector to add it`;
    case 'overdue':
      return by === 'database'
        ? `${who} ${has} not come to an end for too long (${last}): look at timescaledb.max_background_workers, at the server's log, and whether "select _timescaledb_functions.start_background_workers()" helps`
        : `${who} ${has} not come to an end for too long (${last}): see whether a collector runs, and its log`;
    default:
      return '';
  }
}

function remedyOf(state: WorkState): string {
  return state.kind === 'paused' ? state.remedy : '';
}

function lastText(members: readonly BackgroundWork[]): string {
  const ages = members.map(({ sinceSuccessMs }) => sinceSuccessMs);
  if (ages.every((age) => age === null)) return 'never went well';
  const oldest = Math.max(...ages.map((age) => age ?? Infinity));
  return Number.isFinite(oldest) ? `last went well ${ageText(oldest)} ago` : 'some never went well';
}

function tierTrouble({ table, behindMs, allowedMs }: TierReach): StorageTrouble[] {
  if (behindMs === null || behindMs <= allowedMs) return [];
  const sentence = `${table} was refreshed up to ${ageText(behindMs)} ago, where ${ageText(allowedMs)} is usual at most: panels compute the rest from finer rows, and are slower the longer it lasts`;
  return [{ key: `behind: ${table}`, level: 'problem', costsRoomOnly: false, sentence }];
}

const units: readonly (readonly [unit: string, ms: number])[] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
];

/** For example `3 h`, rounded. */
export function ageText(ms: number): string {
  const [unit, unitMs] = units.find(([, size]) => ms >= 2 * size) ?? units.at(-1)!;
  return `${Math.round(ms / unitMs)} ${unit}`;
}
