/**
 * Tells frames of a collector that does not know yet that another one has taken its device over: of two epochs of a topic
 * the lower one is overtaken. Only while the higher one is heard: in a database that was restored, epochs begin lower.
 */
const memoryMs = 10_000;

export class EpochWatch {
  readonly #highest = new Map<string, { epoch: number; heardAtMs: number }>();

  /** @param epoch undefined where the collector knows of none */
  isOvertaken(topic: string, epoch: number | undefined, nowMs: number): boolean {
    if (epoch === undefined) return false;
    const highest = this.#highest.get(topic);
    const overtaken =
      highest !== undefined &&
      epoch < highest.epoch &&
      Math.abs(nowMs - highest.heardAtMs) < memoryMs;
    if (!overtaken) this.#highest.set(topic, { epoch, heardAtMs: nowMs });
    return overtaken;
  }

  forget(gone: (topic: string) => boolean): void {
    for (const topic of this.#highest.keys()) if (gone(topic)) this.#highest.delete(topic);
  }
}
