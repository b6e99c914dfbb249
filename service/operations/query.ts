/** Reading telemetry, stored and live. */
import { summariseMetrics } from '../store/reading/series.ts';
import { gated } from './gate.ts';

const never = new AbortController().signal;

export const queryOperations = {
  run: gated.query.run.handler(({ context, input, signal }) =>
    context.services.queries.run(input, signal ?? never),
  ),
  live: gated.query.live.handler(({ context, input, signal }) =>
    context.services.live.subscribe(input, signal ?? never),
  ),
  metrics: gated.query.metrics.handler(({ context, input }) =>
    summariseMetrics(context.services.pool, input),
  ),
  latest: gated.query.latest.handler(({ context, input, signal }) =>
    context.services.queries.latest(input, signal ?? never),
  ),
};
