/**
 * Holes on their way into the database, which is often away just when they open: kept until they are written. Their
 * number is bounded by making long holes of many short ones, never by forgetting one.
 */
import { type EndpointId, makeUuid, type Uuid } from '../../core/id.ts';
import type { Clock } from '../../core/time.ts';
import { endsGap, type Gap, type GapEnd } from '../../service/store/operating/gap.ts';

/** Beyond so many, holes of one device with one reason become one. */
const maxApart = 10_000;

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
  #ends = new Map<EndpointId, GapEnd>();

  constructor(clock: Clock, limits: { readonly maxApart: number } = { maxApart }) {
    this.#clock = clock;
    this.#maxApart = limits.maxApart;
  }

  add(gaps: readonly Gap[]): void {
    for (const gap of gaps) this.#add(gap);
  }

  end(ends: readonly GapEnd[]): void {
    for (const end of ends) {
      if (!this.#ends.has(end.endpointId)) this.#ends.set(end.endpointId, end);
    }
    this.#waiting = endedBy(this.#waiting, ends);
  }

  /** Writes what waits; what could not be written waits on. One flush at a time. */
  async flush(write: GapWriter): Promise<void> {
    const [gaps, ends] = [this.#waiting, this.#ends];
    if (gaps.length + ends.size === 0) return;
    this.#waiting = [];
    this.#ends = new Map();
    try {
      await write.close([...ends.values()]);
      await write.insert(gaps);
    } catch (error) {
      // What ended meanwhile ends what was on its way, too.
      this.#waiting = [...endedBy(gaps, [...this.#ends.values()]), ...this.#waiting];
      this.#ends = new Map([...this.#ends, ...ends]);
      throw error;
    }
  }

  #add(gap: Gap): void {
    const twin =
      this.#waiting.length < this.#maxApart
        ? -1
        : this.#waiting.findLastIndex(
            ({ deviceId, endpointId, reason, path }) =>
              deviceId === gap.deviceId &&
              endpointId === gap.endpointId &&
              reason === gap.reason &&
              path === gap.path,
          );
    if (twin === -1) this.#waiting.push({ ...gap, id: makeUuid(this.#clock) });
    else this.#waiting[twin] = joined(this.#waiting[twin]!, gap);
  }
}

function endedBy(gaps: readonly Waiting[], ends: readonly GapEnd[]): Waiting[] {
  return gaps.map((gap) => {
    const end = gap.toMs === null ? ends.find((one) => endsGap(one, gap)) : undefined;
    return end === undefined ? gap : { ...gap, toMs: Math.max(gap.fromMs, end.toMs) };
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
