/**
 * What the stamps of one device are worth. Its notifications arrive in order, but its clock may be wrong, and may be set
 * while we listen. An *epoch* is a time in which the clock was not set; stamps are compared within one alone.
 *
 * The clock is taken for right until stamps say otherwise: then `shiftUs` is how far it is ahead, and samples are stored
 * by what is left. It is known to be wrong
 * - when it is ahead of ours by more than a right one can be: nothing comes before it happens;
 * - when its stamps went on as time does for a while, and were older than anything waits to be sent.
 * A new epoch begins
 * - when a stamp leaps ahead like that, or leaps up from a line of stamps that was steady;
 * - when leaves get stamps of before those they had, and that cannot be lateness: a counter has counted on meanwhile, a
 *   fresh connect says it, or the next notification goes on from there as time does. One that is alone is late.
 * When the first one cannot tell, it is taken for late and, should it turn out that the clock was set, for new again.
 */
import type { UpdateNotification } from '../../core/telemetry/notification.ts';
import { usFromMs, usFromNs } from '../../core/time.ts';
import { leapUs, OffsetLine } from './offset-line.ts';
import { OwnClock } from './own-clock.ts';
import type { LeafTime, TimeLimits } from './sample-time.ts';
import type { StampEvidence } from './stamp-evidence.ts';
import { Suspicion, type Suspect } from './suspicion.ts';

/** As near as clocks are that are kept by NTP, and what is sent at once. */
const nearUs = 1_000_000;
/** Nothing that is sent now and then waits longer; clocks further behind are wrong. */
const behindUs = 300_000_000;
const behindForUs = 10_000_000;
/** Stamps further ahead are of no clock at all. */
const mostAheadUs = 86_400_000_000;
/** Suspects that went on for so long are believed though counters went down with them. */
const surelyUs = 3_000_000;
const soonestUs = 100_000;

export interface ClockStep {
  /** How far the clock was ahead of ours, and is now. */
  readonly fromUs: number;
  readonly toUs: number;
  /** Of before the step was known, and not late after all; to be taken again. */
  readonly again: readonly Suspect[];
}

/** One object, filled anew for each notification. */
export interface ClockReading extends LeafTime {
  timeUs: number;
  stampUs: number;
  clockEpoch: number;
  generation: number;
  /** It is not stored with the time that the device says. */
  fault: boolean;
  /** An epoch has begun with this notification. */
  step: ClockStep | null;
  /** About when it was received; that of the least late stamps. */
  heardUs: number;
  /** The epoch before, and how far its stamps were ahead; null where the time since them cannot be told. */
  before: { readonly id: number; readonly offsetUs: number } | null;
}

interface ClockEpoch {
  readonly id: number;
  readonly line: OffsetLine;
  shiftUs: number;
  /** Stamps of before are of the clock as it was before, which was ahead by that. */
  startUs: number;
  readonly shiftBeforeUs: number;
  /** The newest stamp. */
  markUs: number;
}

export interface DeviceClockOptions {
  readonly limits: TimeLimits;
  readonly evidence: StampEvidence;
  readonly ticksMs?: (() => number) | undefined;
}

export class DeviceClock {
  readonly #limits: TimeLimits;
  readonly #evidence: StampEvidence;
  readonly #own: OwnClock;
  readonly #suspicion = new Suspicion();
  #epoch: ClockEpoch = firstEpoch();
  /** A chassis of several clocks goes to and fro between two. */
  #before: ClockEpoch | null = null;
  #epochs = 1;
  readonly #reading: ClockReading = {
    timeUs: 0,
    stampUs: Number.NaN,
    clockEpoch: 0,
    generation: 0,
    fault: false,
    step: null,
    heardUs: 0,
    before: null,
  };

  constructor({ limits, evidence, ticksMs }: DeviceClockOptions) {
    this.#limits = limits;
    this.#evidence = evidence;
    this.#own = new OwnClock(ticksMs);
  }

  /** How far the clock is ahead of ours as far as it is known to be wrong, in µs. */
  get shiftUs(): number {
    return this.#epoch.shiftUs;
  }

  /** A connect ended. What the next one sends is there, however old its stamp is. */
  brokeOff(): void {
    this.#suspicion.clear();
  }

  read(notification: UpdateNotification, generation: number): ClockReading {
    const reading = this.#reading;
    reading.generation = generation;
    reading.step = null;
    const receivedUs = usFromMs(notification.receivedAtMs);
    this.#own.heard(receivedUs);
    if (notification.timestampNs === 0n) return this.#readReceipt(receivedUs, false);
    const stampUs = usFromNs(notification.timestampNs);
    const aheadUs = stampUs - receivedUs;
    const oldestUs = this.#limits.oldestMs * 1_000;
    if (aheadUs > mostAheadUs || -aheadUs > oldestUs) return this.#readReceipt(receivedUs, true);
    const offsetUs = this.#own.offsetOf(stampUs);
    this.#judge({ notification, stampUs, offsetUs });
    return this.#readStamp(stampUs, offsetUs, reading);
  }

  /** That of a notification that is taken again, in the epoch that is now. */
  readAgain({ stampUs, offsetUs }: Suspect): ClockReading {
    return this.#readStamp(stampUs, offsetUs, { ...this.#reading, step: null });
  }

  #readReceipt(receivedUs: number, fault: boolean): ClockReading {
    const reading = this.#reading;
    reading.timeUs = receivedUs;
    reading.stampUs = Number.NaN;
    reading.clockEpoch = this.#epoch.id;
    reading.fault = fault;
    reading.heardUs = receivedUs;
    return reading;
  }

  #readStamp(stampUs: number, offsetUs: number, reading: ClockReading): ClockReading {
    const { id, line, startUs, shiftUs, shiftBeforeUs } = this.#epoch;
    const aheadUs = this.#aheadUs();
    const isBefore = stampUs < startUs && offsetUs - shiftBeforeUs <= aheadUs;
    const leadUs = offsetUs - (isBefore ? shiftBeforeUs : shiftUs);
    // A clock that runs fast: never further ahead than one that is right.
    reading.timeUs = stampUs - offsetUs + Math.min(leadUs, aheadUs);
    reading.stampUs = stampUs;
    reading.clockEpoch = id;
    reading.fault = reading.timeUs !== stampUs;
    reading.heardUs = stampUs - line.offsetUs;
    return reading;
  }

  #judge(heard: Suspect): void {
    const epoch = this.#epoch;
    const { stampUs, offsetUs } = heard;
    if (offsetUs - epoch.shiftUs > this.#aheadUs()) this.#judgeAhead(heard);
    else if (stampUs >= epoch.markUs) this.#judgeNewest(heard);
    else if (epoch.line.offsetUs - offsetUs > nearUs) this.#judgeOlder(heard);
  }

  #judgeAhead(heard: Suspect): void {
    const epoch = this.#epoch;
    const { line } = epoch;
    const { stampUs, offsetUs } = heard;
    if (this.#evidence.isSaidAgain(heard)) return;
    this.#suspicion.clear();
    const creeps = line.creepsTo(offsetUs);
    const wasKnown = line.isSteady() || Math.abs(line.offsetUs - epoch.shiftUs) <= this.#aheadUs();
    if (!creeps && wasKnown) return this.#step(heard, true);
    if (!creeps) epoch.shiftUs = offsetUs;
    epoch.markUs = Math.max(epoch.markUs, stampUs);
    line.add(offsetUs, stampUs - offsetUs);
  }

  #judgeNewest(heard: Suspect): void {
    const epoch = this.#epoch;
    const { line, shiftUs } = epoch;
    const { stampUs, offsetUs } = heard;
    const rises = offsetUs - line.offsetUs > nearUs;
    if (rises && this.#evidence.isSaidAgain(heard)) return;
    if (line.leapsTo(offsetUs)) return this.#step(heard, false);
    if (shiftUs !== 0 && Math.abs(offsetUs) <= nearUs && Math.abs(offsetUs - shiftUs) > nearUs) {
      // It may have waited for just as long as the clock is ahead.
      const surely = rises || this.#own.agreesAnew;
      if (surely || this.#suspicion.add(heard) >= soonestUs) return this.#step(heard, true);
    } else this.#suspicion.clear();
    epoch.markUs = stampUs;
    line.add(offsetUs, stampUs - offsetUs);
    // What came first had waited more than this.
    if (shiftUs !== 0) epoch.shiftUs = Math.max(shiftUs, offsetUs);
    if (offsetUs - shiftUs < -behindUs && line.isSteady(behindForUs)) {
      epoch.shiftUs = line.offsetUs;
      epoch.startUs = Number.NEGATIVE_INFINITY;
    }
  }

  #judgeOlder(heard: Suspect): void {
    const { line, shiftUs, id } = this.#epoch;
    const { offsetUs } = heard;
    if (this.#isAsBefore(heard) && !this.#evidence.isSaidAgain(heard))
      return this.#step(heard, true);
    const { countedOn, countedBack, wentBack, saidAnew } = this.#evidence.of(heard, id);
    const fell = line.offsetUs - offsetUs > leapUs;
    const nowRight = shiftUs !== 0 && Math.abs(offsetUs) <= this.#aheadUs();
    const surely =
      countedOn > countedBack ||
      (countedBack === 0 && ((fell && saidAnew > 0) || (nowRight && wentBack > 0)));
    if (surely) return this.#step(heard, true);
    if (!fell || (wentBack === 0 && !this.#suspicion.goesOnTo(heard))) return;
    const forUs = this.#suspicion.add(heard);
    if (forUs >= (countedBack === 0 ? soonestUs : surelyUs)) this.#step(heard, true);
  }

  /** By the clock of before, or a right one where a single odd stamp has led to this epoch. */
  #isAsBefore({ stampUs, offsetUs }: Suspect): boolean {
    const before = this.#before;
    const isNear = before !== null && Math.abs(offsetUs - before.line.offsetUs) <= nearUs;
    if (isNear && stampUs > before.markUs) return true;
    const { line, shiftUs } = this.#epoch;
    return !line.isSteady() && (isNear || (shiftUs !== 0 && Math.abs(offsetUs) <= nearUs));
  }

  /** @param spanned whether the time between the epochs is known: not where it may have been lateness that went */
  #step({ notification, stampUs, offsetUs }: Suspect, spanned: boolean): void {
    const from = this.#epoch;
    const again = this.#suspicion
      .take(offsetUs, nearUs)
      .filter((suspect) => suspect.notification !== notification);
    const startUs = again.reduce((least, one) => Math.min(least, one.stampUs), stampUs);
    const before = this.#before;
    this.#before = from;
    const returns =
      before !== null &&
      Math.abs(offsetUs - before.line.offsetUs) <= nearUs &&
      startUs > before.markUs;
    if (returns) this.#epoch = before;
    else {
      // From a clock that was right to one that is a little behind is a step, and no lateness.
      const rightUs =
        from.shiftUs === 0 && offsetUs < from.line.offsetUs ? nearUs : this.#aheadUs();
      this.#epochs += 1;
      this.#epoch = {
        ...firstEpoch(),
        id: this.#epochs,
        shiftUs: Math.abs(offsetUs) <= rightUs ? 0 : offsetUs,
        startUs,
        shiftBeforeUs: from.shiftUs,
      };
    }
    this.#epoch.markUs = stampUs;
    this.#epoch.line.add(offsetUs, stampUs - offsetUs);
    this.#reading.before = spanned ? { id: from.id, offsetUs: from.line.offsetUs } : null;
    this.#reading.step = { fromUs: from.line.offsetUs, toUs: offsetUs, again };
  }

  #aheadUs(): number {
    return this.#limits.aheadMs * 1_000;
  }
}

function firstEpoch(): ClockEpoch {
  return {
    id: 1,
    line: new OffsetLine(),
    shiftUs: 0,
    startUs: Number.NEGATIVE_INFINITY,
    shiftBeforeUs: 0,
    markUs: Number.NEGATIVE_INFINITY,
  };
}
