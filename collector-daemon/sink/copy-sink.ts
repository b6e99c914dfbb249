/**
 * Stores what waits in its queue, in order, one transaction a batch. A batch is whatever arrived while the one before
 * was stored: one slice at a low rate, and many under pressure, when large batches cost the database less a row; a large
 * one is split by series between writers side by side. One that the database cannot take now is tried again until it can
 * (the ledger makes that safe); one it refuses for its content is counted as dropped.
 */
import { sentenceOf } from '../../core/errors.ts';
import {
  type BatchKey,
  rowCount,
  type SampleBatch,
  type SampleSlice,
} from '../../core/telemetry/sample.ts';
import type { BatchResult } from '../../service/store/writing/batch-writer.ts';
import type { BatchSize } from './batch-size.ts';
import { joinEnds, joinReceived, joinSlices } from './join-slices.ts';
import { splitSlice } from './split-slice.ts';
import { isLasting, tookTooLong, wasAnswered } from './copy-failure.ts';
import { halveSlice } from './halve-slice.ts';
import type { BoundedQueue } from './bounded-queue.ts';

/** Writes one batch, or throws what the driver threw. */
export type WriteSealedBatch = (batch: SampleBatch) => Promise<BatchResult>;

export interface CopySinkOptions {
  readonly queue: BoundedQueue<SampleSlice>;
  /** The key of the next batch. */
  readonly nextKey: () => BatchKey;
  readonly write: WriteSealedBatch;
  /** Resolves after the wait before try `attempt` (from 1), or at once when the sink is being closed in a hurry. */
  readonly pause: (attempt: number) => Promise<void>;
  readonly stored: (batch: SampleBatch, result: BatchResult) => void;
  readonly refused: (batch: SampleBatch, sentence: string) => void;
  /** Told at the first failed try of a batch, and again with null once it went through. */
  readonly trouble: (sentence: string | null) => void;
  readonly batchSize: BatchSize;
  /** Refs of which nothing is on its way any more. */
  readonly retired?: (refs: readonly number[]) => void;
  /** Ends of the slices that the queue dropped, oldest first; they are stored with what comes next. */
  readonly takeSparedEnds?: () => readonly SparedEnds[];
  /** Batches stored at once, each over a connection of its own; default 1. */
  readonly writers?: number;
}

export type SparedEnds = Pick<SampleSlice, 'ends' | 'received' | 'retires'>;

/** Tries of a batch whose error is neither clearly passing nor clearly lasting. */
const doubtfulTries = 5;

/** Fewer rows are not worth a second transaction. */
const minSplitRows = 20_000;

/** Runs until the queue is closed and empty, or the signal is aborted (then what is queued stays there). */
export async function runCopySink(options: CopySinkOptions, signal: AbortSignal): Promise<void> {
  const { queue, nextKey, batchSize, takeSparedEnds = () => [], writers = 1 } = options;
  while (!signal.aborted) {
    const slices = await queue.take(batchSize.rows);
    if (slices.length === 0) return;
    const whole = withEnds(takeSparedEnds(), joinSlices(slices));
    const batches = split(whole, writers).map((part) => ({ ...part, key: nextKey() }));
    await batchSize.measure(rowCount(whole), () =>
      Promise.all(batches.map((batch) => storeBatch(batch, options, signal))),
    );
    if (whole.retires.length > 0) options.retired?.(whole.retires);
  }
}

function withEnds(spared: readonly SparedEnds[], slice: SampleSlice): SampleSlice {
  if (spared.length === 0) return slice;
  const parts = [...spared, slice];
  return {
    ...slice,
    ends: joinEnds(parts.map(({ ends }) => ends)),
    received: joinReceived(parts.map(({ received }) => received)),
    retires: parts.flatMap(({ retires }) => retires),
  };
}

function split(slice: SampleSlice, writers: number): SampleSlice[] {
  const whole = writers === 1 || slice.introduces.length > 0 || rowCount(slice) < minSplitRows;
  return whole ? [slice] : splitSlice(slice, writers);
}

async function storeBatch(
  batch: SampleBatch,
  options: CopySinkOptions,
  signal: AbortSignal,
): Promise<void> {
  let answered = true;
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
      answered &&= wasAnswered(error);
      if (answered && tookTooLong(error) && rowCount(batch) >= minSplitRows) {
        await storeHalves(batch, options, signal);
        options.trouble(null);
        return;
      }
    }
  }
}

/** The database has slowed down since the size was chosen; as a whole the batch might never fit the time limit again. */
async function storeHalves(
  batch: SampleBatch,
  options: CopySinkOptions,
  signal: AbortSignal,
): Promise<void> {
  // Of every try the server said that it undid it, the key included, so what is in the batch may get others. Where one
  // try has no answer, its commit may still be under way, and only the same key keeps the rows from being stored twice.
  for (const half of halveSlice(batch))
    await storeBatch({ ...half, key: options.nextKey() }, options, signal);
}
