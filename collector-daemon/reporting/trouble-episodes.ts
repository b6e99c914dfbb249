/**
 * Troubles with the data of devices as people are told them. An episode of one device and kind begins with the first
 * sighting and is over after a quiet time; one that an earlier program has begun goes on. Bounded by devices times kinds.
 */
import type { DeviceId, Uuid } from '../../core/id.ts';
import { type DataTroubleKind, isTroubleKind } from '../../core/telemetry/data-trouble.ts';
import type { StoredExample, StoredTrouble } from '../../service/store/operating/data-trouble.ts';
import type { TroubleCount, TroubleExample } from '../ingest-worker/trouble-ledger.ts';

/** Without a sighting for so long it is over: longer than most devices take between two samples. */
export const quietMs = 15 * 60_000;
/** What comes and goes is not told each time. */
const toldAgainMs = 3_600_000;
/** What has only grown is written so often. */
const writtenAgainMs = 60_000;
const examplesKept = 5;

type Mutable<Shape> = { -readonly [Field in keyof Shape]: Shape[Field] };
type Example = Mutable<StoredExample>;

export interface Episode {
  readonly deviceId: DeviceId;
  readonly kind: DataTroubleKind;
  readonly beganAtMs: number;
  lastAtMs: number;
  count: number;
  readonly examples: readonly Example[];
  readonly gapId: Uuid;
  overAtMs: number | null;
  /** Its beginning was told. */
  told: boolean;
  writtenAtMs: number;
  changed: boolean;
  endWritten: boolean;
}

export class TroubleEpisodes {
  readonly #makeId: () => Uuid;
  readonly #episodes = new Map<string, Episode>();
  /** When a beginning was last told, by the same keys. */
  readonly #toldAtMs = new Map<string, number>();

  constructor(makeId: () => Uuid) {
    this.#makeId = makeId;
  }

  get size(): number {
    return this.#episodes.size;
  }

  /** What an earlier program had not seen the end of. Kinds of a later one are left alone. */
  restore(stored: readonly StoredTrouble[]): void {
    for (const { kind, examples, node: _earlier, ...rest } of stored) {
      if (!isTroubleKind(kind)) continue;
      this.#episodes.set(keyOf(rest.deviceId, kind), {
        ...rest,
        kind,
        examples: examples.map((example) => ({ ...example })),
        told: true,
        writtenAtMs: rest.lastAtMs,
        changed: false,
        endWritten: false,
      });
    }
  }

  add(seen: TroubleCount): void {
    const key = keyOf(seen.deviceId, seen.kind);
    const known = this.#episodes.get(key);
    // An end that is not written yet was none.
    if (known !== undefined && !known.endWritten) this.#grow(known, seen);
    else this.#episodes.set(key, this.#begin(seen));
  }

  /** Those whose beginning, and those whose end, is to be told now; each is answered once. */
  turn(nowMs: number): { begun: readonly Episode[]; over: readonly Episode[] } {
    const begun: Episode[] = [];
    const over: Episode[] = [];
    for (const [key, episode] of this.#episodes) {
      if (episode.overAtMs !== null) this.#forget(key, episode, nowMs);
      else if (nowMs - episode.lastAtMs > quietMs) {
        episode.overAtMs = nowMs;
        episode.changed = true;
        if (episode.told) over.push(episode);
      } else if (this.#isToTell(key, episode, nowMs)) begun.push(episode);
    }
    return { begun, over };
  }

  /** To be written now. What is not told as written by the next time is due again. */
  due(nowMs: number): readonly Episode[] {
    return [...this.#episodes.values()].filter(
      ({ changed, overAtMs, writtenAtMs }) =>
        changed && (overAtMs !== null || nowMs - writtenAtMs >= writtenAgainMs),
    );
  }

  #begin({ deviceId, kind, count, firstAtMs, lastAtMs, examples }: TroubleCount): Episode {
    return {
      deviceId,
      kind,
      count,
      beganAtMs: firstAtMs,
      lastAtMs,
      examples: examples.slice(0, examplesKept).map((example) => this.#example(example)),
      gapId: this.#makeId(),
      overAtMs: null,
      told: false,
      writtenAtMs: Number.NEGATIVE_INFINITY,
      changed: true,
      endWritten: false,
    };
  }

  #grow(episode: Mutable<Episode>, { count, lastAtMs, examples }: TroubleCount): void {
    episode.count += count;
    episode.lastAtMs = Math.max(episode.lastAtMs, lastAtMs);
    episode.overAtMs = null;
    episode.changed = true;
    const kept = [...episode.examples];
    for (const seen of examples) {
      const known = kept.find(({ path }) => path === seen.path);
      if (known !== undefined) {
        known.count += seen.count;
        known.lastAtMs = Math.max(known.lastAtMs, seen.lastAtMs);
      } else if (kept.length < examplesKept) kept.push(this.#example(seen));
    }
    episode.examples = kept;
  }

  #example(seen: TroubleExample): Example {
    return { ...seen, gapId: this.#makeId() };
  }

  #isToTell(key: string, episode: Episode, nowMs: number): boolean {
    const lastToldMs = this.#toldAtMs.get(key) ?? Number.NEGATIVE_INFINITY;
    if (episode.told || nowMs - lastToldMs < toldAgainMs) return false;
    episode.told = true;
    this.#toldAtMs.set(key, nowMs);
    return true;
  }

  #forget(key: string, { endWritten }: Episode, nowMs: number): void {
    if (!endWritten) return;
    this.#episodes.delete(key);
    if (nowMs - (this.#toldAtMs.get(key) ?? 0) >= toldAgainMs) this.#toldAtMs.delete(key);
  }
}

function keyOf(deviceId: DeviceId, kind: DataTroubleKind): string {
  return `${deviceId} ${kind}`;
}
