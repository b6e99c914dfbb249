/**
 * Where every received sample has gone: stored, unchanged, repeated, not asked for, fenced, in quarantine, dropped with a reason,
 * or in flight.
 */
import { zeroNormaliseCounters } from '../normalise/normalise-counters.ts';
import type { PipelineCounters } from './worker-protocol.ts';

export function zeroCounters(): PipelineCounters {
  return {
    ...zeroNormaliseCounters(),
    stored: 0,
    quarantined: 0,
    repeatedRows: 0,
    fenced: 0,
    droppedQueueFull: 0,
    droppedRefused: 0,
    droppedAtStop: 0,
    droppedByCrash: 0,
    feedFramesDropped: 0,
    batchesStored: 0,
  };
}

/** Samples that were received and have not ended anywhere yet: in a slice, in the queue or on their way to the database. */
export function inFlight(counters: PipelineCounters): number {
  return (
    counters.received +
    counters.restated -
    counters.stored -
    counters.unchanged -
    counters.repeated -
    counters.repeatedRows -
    counters.quarantined -
    counters.filtered -
    counters.fenced -
    counters.overLimit -
    counters.undecodable -
    counters.droppedQueueFull -
    counters.droppedRefused -
    counters.droppedAtStop -
    counters.droppedByCrash
  );
}
