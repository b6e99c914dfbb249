/**
 * A node's clock is the database's: receive times, gaps, events and "now" of every node agree, and nothing is stored that
 * lies after the database's own time, whatever this machine's clock says. It is set at the start and looked at again every
 * ten seconds; between two looks, and while the database is away, it goes on by the machine's steady counter.
 */
import { type ClockAnchor, SteadyClock } from '../core/steady-clock.ts';
import { type Clock, systemClock } from '../core/time.ts';
import {
  measureDatabaseTime,
  type MeasuredTime,
} from '../service/store/connection/database-time.ts';
import type { Queryable } from '../service/store/connection/queryable.ts';

export const lookEveryMs = 10_000;

/** Jitter of the network is no reason to set the clock. */
const settleMs = 20;
/** Beyond it somebody should set the machine's clock, or the database's. */
const toleratedMs = 2_000;

/** The same for all threads of the process. */
export const ticksMs = () => Number(process.hrtime.bigint() / 1_000n) / 1_000;

export interface NodeClockListener {
  /** The clock was set; threads must be told. */
  readonly set: (anchor: ClockAnchor) => void;
  /** A clock is wrong, or right again. */
  readonly told: (severity: 'info' | 'warning', sentence: string) => void;
}

export class NodeClock implements Clock {
  readonly #steady: SteadyClock;
  readonly #wall: Clock;
  #listener: NodeClockListener = { set: () => {}, told: () => {} };
  #machineAheadMs: number;
  #toldMachine = false;

  private constructor(first: MeasuredTime, wall: Clock) {
    this.#steady = new SteadyClock(ticksMs, first);
    this.#wall = wall;
    this.#machineAheadMs = wall.nowMs() - this.#steady.nowMs();
  }

  /** @param wall this machine's clock, which is only compared */
  static async open(db: Queryable, wall: Clock = systemClock): Promise<NodeClock> {
    return new NodeClock(await measureDatabaseTime(db, ticksMs), wall);
  }

  nowMs(): number {
    return this.#steady.nowMs();
  }

  get anchor(): ClockAnchor {
    return this.#steady.anchor;
  }

  /** How far this machine's clock is ahead of the database's, in ms. */
  get machineAheadMs(): number {
    return this.#machineAheadMs;
  }

  listen(listener: NodeClockListener): void {
    this.#listener = listener;
    this.#tellMachine();
  }

  /** One look at the database's clock. */
  async look(db: Queryable): Promise<void> {
    const measured = await measureDatabaseTime(db, ticksMs);
    const behindMs = this.#steady.behindMs(measured);
    this.#machineAheadMs = this.#wall.nowMs() - this.#steady.nowMs() - behindMs;
    if (Math.abs(behindMs) > settleMs + measured.uncertaintyMs) this.#set(measured, behindMs);
    this.#tellMachine();
  }

  #set({ timeMs, ticksMs: atTicksMs }: MeasuredTime, behindMs: number): void {
    const anchor = { timeMs, ticksMs: atTicksMs };
    this.#steady.set(anchor);
    this.#listener.set(anchor);
    if (Math.abs(behindMs) > toleratedMs) {
      this.#listener.told(
        'warning',
        `the database's clock was set ${behindMs > 0 ? 'forward' : 'back'} by ${seconds(behindMs)}; all times follow it`,
      );
    }
  }

  /** On entering and on leaving. */
  #tellMachine(): void {
    const wrong = Math.abs(this.#machineAheadMs) > toleratedMs;
    if (wrong === this.#toldMachine) return;
    this.#toldMachine = wrong;
    const side = this.#machineAheadMs > 0 ? 'ahead of' : 'behind';
    if (wrong) {
      this.#listener.told(
        'warning',
        `this machine's clock is ${seconds(this.#machineAheadMs)} ${side} the database's: times are taken from the database; set the clock of whichever is wrong (NTP)`,
      );
    } else this.#listener.told('info', "this machine's clock agrees with the database's again");
  }
}

function seconds(ms: number): string {
  const whole = Math.round(Math.abs(ms) / 1_000);
  if (whole < 120) return `${whole} s`;
  return whole < 7_200 ? `${Math.round(whole / 60)} min` : `${(whole / 3_600).toFixed(1)} h`;
}
