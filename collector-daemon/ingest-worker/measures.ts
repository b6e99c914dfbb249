/** What an ingest worker measures of itself between two reports. Bounded, however long nobody asks. */
import type { CollectedProtocol } from '../../core/inventory/protocol.ts';

export interface BatchMeasure {
  readonly seconds: number;
  /** It was not stored this time. */
  readonly failed: boolean;
}

export interface WorkerMeasures {
  /** Leaves received, by the protocol of their session. */
  readonly received: Readonly<Partial<Record<CollectedProtocol, number>>>;
  readonly batches: readonly BatchMeasure[];
  /** The longest delay of the thread's timers. */
  readonly loopDelayMs: number;
}

const maxBatches = 1_000;

export class Measures {
  readonly #ticksMs: () => number;
  #received: Partial<Record<CollectedProtocol, number>> = {};
  #batches: BatchMeasure[] = [];

  constructor(ticksMs: () => number) {
    this.#ticksMs = ticksMs;
  }

  received(protocol: CollectedProtocol, leaves: number): void {
    this.#received[protocol] = (this.#received[protocol] ?? 0) + leaves;
  }

  /** Measures one try to store a batch. */
  async batch<Answer>(store: () => Promise<Answer>): Promise<Answer> {
    const startedMs = this.#ticksMs();
    let failed = true;
    try {
      const answer = await store();
      failed = false;
      return answer;
    } finally {
      const seconds = (this.#ticksMs() - startedMs) / 1_000;
      if (this.#batches.length < maxBatches) this.#batches.push({ seconds, failed });
    }
  }

  take(loopDelayMs: number): WorkerMeasures {
    const taken = { received: this.#received, batches: this.#batches, loopDelayMs };
    this.#received = {};
    this.#batches = [];
    return taken;
  }
}
