/** Frames that wait for a snapshot that names their series; bounded in number and time. */
const most = 2_000;
const longestMs = 30_000;

interface Waiting<Frame> {
  readonly frame: Frame;
  readonly sinceMs: number;
}

export class WaitingFrames<Frame> {
  /** Oldest first. */
  #frames: Waiting<Frame>[] = [];

  /** Answers those that have to give way. */
  add(frame: Frame, nowMs: number): readonly Frame[] {
    this.#frames.push({ frame, sinceMs: nowMs });
    return this.#frames.length > most ? [this.#frames.shift()!.frame] : [];
  }

  /** Those that have waited in vain. */
  takeOld(nowMs: number): readonly Frame[] {
    // After the clock was set back, what came before lies in the future.
    return this.#take(({ sinceMs }) => Math.abs(nowMs - sinceMs) >= longestMs);
  }

  /** In the order in which they came. */
  take(wanted: (frame: Frame) => boolean): readonly Frame[] {
    return this.#take(({ frame }) => wanted(frame));
  }

  *[Symbol.iterator](): Generator<Frame> {
    for (const { frame } of this.#frames) yield frame;
  }

  #take(isTaken: (waiting: Waiting<Frame>) => boolean): readonly Frame[] {
    const taken: Frame[] = [];
    const left: Waiting<Frame>[] = [];
    for (const one of this.#frames) {
      if (isTaken(one)) taken.push(one.frame);
      else left.push(one);
    }
    this.#frames = left;
    return taken;
  }
}
