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

  /** Answers how long suspects have gone on as time does, in µs. */
  add(suspect: Suspect): number {
    const first = this.#held[0];
    const passedUs = first === undefined ? 0 : nowUs(suspect) - nowUs(first);
    const apartUs = first === undefined ? 0 : Math.abs(suspect.offsetUs - first.offsetUs);
    const goesOn = passedUs >= 0 && apartUs <= passedUs / 4 + jitterUs;
    if (!goesOn) this.#held = [];
    if (this.#held.length < maxHeld) this.#held.push(suspect);
    return goesOn ? passedUs : 0;
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
