/**
 * How many samples a second have come lately. Devices send in bursts every five or ten seconds: a window that begins or
 * ends beside a burst would count one too many or too few, and the figure would jump by a sixth. So it is taken between
 * two stretches of ten seconds, over each of which the count is averaged.
 */
interface Counted {
  readonly atMs: number;
  readonly received: number;
}

const windowMs = 30_000;
/** A whole number of the usual sample intervals. */
const stretchMs = 10_000;

export class ReceivedRate {
  #counted: Counted[] = [];

  /** @param received since the start of the program; never less than before */
  add(received: number, atMs: number): void {
    this.#counted.push({ atMs, received });
    // What lies in the future was counted before the clock was set back.
    this.#counted = this.#counted.filter((one) => one.atMs <= atMs && atMs - one.atMs <= windowMs);
  }

  perSecond(): number {
    const [oldest, newest] = [this.#counted[0], this.#counted.at(-1)];
    if (oldest === undefined || newest === undefined || newest.atMs <= oldest.atMs) return 0;
    const spanMs = newest.atMs - oldest.atMs;
    const ownMs = Math.min(stretchMs, spanMs / 2);
    const early = this.#mean(oldest.atMs, oldest.atMs + ownMs);
    const late = this.#mean(newest.atMs - ownMs, newest.atMs);
    return ((late - early) / (spanMs - ownMs)) * 1_000;
  }

  /** Of the count over a stretch of time; between two reports it grows evenly. */
  #mean(fromMs: number, toMs: number): number {
    let area = 0;
    for (let at = 1; at < this.#counted.length; at += 1) {
      const [one, two] = [this.#counted[at - 1]!, this.#counted[at]!];
      const begin = Math.max(fromMs, one.atMs);
      const end = Math.min(toMs, two.atMs);
      if (begin < end) area += (end - begin) * countAt(one, two, (begin + end) / 2);
    }
    return area / (toMs - fromMs);
  }
}

function countAt(one: Counted, two: Counted, atMs: number): number {
  const share = (atMs - one.atMs) / (two.atMs - one.atMs);
  return one.received + share * (two.received - one.received);
}
