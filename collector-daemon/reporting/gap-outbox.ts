/**
 * Holes on their way into the database, which is often away just when they open: kept until they are written. Their
 * number is bounded by making long holes of many short ones, never by forgetting one.
 */
import { makeUuid, type DeviceId, type Uuid } from '../../core/id.ts';
import type { Clock } from '../../core/time.ts';
import type { Gap } from '../../service/store/operating/gap.ts';

/** Beyond so many, holes of one device with one reason become one. */
const maxApart = 10_000;

export interface GapEnd {
  readonly deviceId: DeviceId;
  readonly toMs: number;
}

export interface GapWriter {
  /** Ends what is open in the database. */
  close(ends: readonly GapEnd[]): Promise<void>;
  /** Idempotent by id. */
  insert(gaps: readonly (Gap & { readonly id: Uuid })[]): Promise<void>;
}

type Waiting = Gap & { readonly id: Uuid };

export class GapOutbox {
  readonly #clock: Clock;
  readonly #maxApart: number;
  #waiting: Waiting[] = [];
  /** The first end since the last write: what the database has open cannot have lasted longer. */
  #ends = new Map<DeviceId, number>();

  constructor(clock: Clock, limits: { readonly maxApart: number } = { maxApart }) {
    this.#clock = clock;
    this.#maxApart = limits.maxApart;
  }

  add(gaps: readonly Gap[]): void {
    for (const gap of gaps) this.#add(gap);
  }

  /** Every open hole of the device ends then. */
  end(ends: readonly GapEnd[]): void {
    for (const { deviceId, toMs } of ends) {
      if (!this.#ends.has(deviceId)) this.#ends.set(deviceId, toMs);
    }
    this.#waiting = endedBy(this.#waiting, new Map(ends.map((one) => [one.deviceId, one.toMs])));
  }

  /** Writes what waits; what could not be written waits on. One flush at a time. */
  async flush(write: GapWriter): Promise<void> {
    const [gaps, ends] = [this.#waiting, this.#ends];
    if (gaps.length + ends.size === 0) return;
    this.#waiting = [];
    this.#ends = new Map();
    try {
      await write.close([...ends].map(([deviceId, toMs]) => ({ deviceId, toMs })));
      await write.insert(gaps);
    } catch (error) {
      // What ended meanwhile ends what was on its way, too.
      this.#waiting = [...endedBy(gaps, this.#ends), ...this.#waiting];
      this.#ends = new Map([...this.#ends, ...ends]);
      throw error;
    }
  }

  #add(gap: Gap): void {
    const twin =
      this.#waiting.length < this.#maxApart
        ? -1
        : this.#waiting.findLastIndex(
            ({ deviceId, reason, path }) =>
              deviceId === gap.deviceId && reason === gap.reason && path === gap.path,
          );
    if (twin === -1) this.#waiting.push({ ...gap, id: makeUuid(this.#clock) });
    else this.#waiting[twin] = joined(this.#waiting[twin]!, gap);
  }
}

function endedBy(gaps: readonly Waiting[], ends: ReadonlyMap<DeviceId, number>): Waiting[] {
  return gaps.map((gap) => {
    const endMs = ends.get(gap.deviceId);
    if (gap.toMs !== null || endMs === undefined) return gap;
    return { ...gap, toMs: Math.max(gap.fromMs, endMs) };
  });
}

function joined(one: Waiting, other: Gap): Waiting {
  return {
    ...one,
    fromMs: Math.min(one.fromMs, other.fromMs),
    toMs: one.toMs === null || other.toMs === null ? null : Math.max(one.toMs, other.toMs),
    lost: one.lost === null || other.lost === null ? null : one.lost + other.lost,
  };
}
