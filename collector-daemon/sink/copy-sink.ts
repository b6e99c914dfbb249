/**
 * Takes sealed batches from its queue and stores each in one transaction, in order. A batch the database cannot take
 * now is tried again until it can (the ledger makes that safe); one it refuses for its content is counted as dropped.
 */
import { sentenceOf } from '../../core/errors.ts';
import { rowCount, type SampleBatch } from '../../core/telemetry/sample.ts';
import type { BatchResult } from '../../service/store/batch-writer.ts';
import { isLasting } from './copy-failure.ts';
import type { BoundedQueue } from './bounded-queue.ts';

/** Writes one batch, or throws what the driver threw. */
export type WriteSealedBatch = (batch: SampleBatch) => Promise<BatchResult>;

export interface CopySinkOptions {
  readonly queue: BoundedQueue<SampleBatch>;
  readonly write: WriteSealedBatch;
  /** Resolves after the wait before try `attempt` (from 1), or at once when the sink is being closed in a hurry. */
  readonly pause: (attempt: number) => Promise<void>;
  readonly stored: (batch: SampleBatch, result: BatchResult) => void;
  readonly refused: (batch: SampleBatch, sentence: string) => void;
  /** Told at the first failed try of a batch, and again with null once it went through. */
  readonly trouble: (sentence: string | null) => void;
}

/** Tries of a batch whose error is neither clearly passing nor clearly lasting. */
const doubtfulTries = 5;

/** Runs until the queue is closed and empty, or the signal is aborted (then what is queued stays there). */
export async function runCopySink(options: CopySinkOptions, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const batch = await options.queue.shift();
    if (batch === null) return;
    await storeBatch(batch, options, signal);
  }
}

async function storeBatch(
  batch: SampleBatch,
  options: CopySinkOptions,
  signal: AbortSignal,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const result = await options.write(batch);
      if (attempt > 1) options.trouble(null);
      options.stored(batch, result);
      return;
    } catch (error) {
      if (isLasting(error, attempt >= doubtfulTries) || signal.aborted) {
        options.refused(batch, sentenceOf(error));
        return;
      }
      if (attempt === 1) options.trouble(`${rowCount(batch)} samples wait: ${sentenceOf(error)}`);
      await options.pause(attempt);
    }
  }
}
