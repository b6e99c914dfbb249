/**
 * Notifications stamped before what the same leaves have said already. One alone came late; when others go on from it as
 * time does, and nothing newer comes between, the device's clock was set back.
 */
import type { UpdateNotification } from '../../core/telemetry/notification.ts';

export interface Suspect {
  readonly notification: UpdateNotification;
  readonly stampUs: number;
  /** How far the stamp is ahead of our clock. */
  readonly offsetUs: number;
}

/** What is on its way may take so much more or less time. */
const jitterUs = 50_000;
/** Beyond, what was suspected is stored as late for good. */
const maxHeld = 64;

export class Suspicion {
  #held: Suspect[] = [];

  /** What is newer has come: they were late. */
  clear(): void {
    if (this.#held.length > 0) this.#held = [];
  }

  /** Whether it goes on from the first suspect as time does. */
  goesOnTo(suspect: Suspect): boolean {
    const first = this.#held[0];
    if (first === undefined) return false;
    const passedUs = nowUs(suspect) - nowUs(first);
    const apartUs = Math.abs(suspect.offsetUs - first.offsetUs);
    return passedUs >= 0 && apartUs <= passedUs / 4 + jitterUs;
  }

  /** Answers how long suspects have gone on as time does, in µs. */
  add(suspect: Suspect): number {
    if (!this.goesOnTo(suspect)) this.#held = [];
    if (this.#held.length < maxHeld) this.#held.push(suspect);
    return nowUs(suspect) - nowUs(this.#held[0]!);
  }

  /** Those that a step to that offset explains: they were no late ones. */
  take(offsetUs: number, withinUs: number): readonly Suspect[] {
    const taken = this.#held.filter((held) => Math.abs(held.offsetUs - offsetUs) <= withinUs);
    this.#held = [];
    return taken;
  }
}

function nowUs({ stampUs, offsetUs }: Suspect): number {
  return stampUs - offsetUs;
}
