/** Operations about data that is not stored as it was sent. */
import type { Trouble } from '../../core/contract/trouble.ts';
import { listTroubles, type NamedTrouble } from '../store/operating/data-trouble.ts';
import { listQuarantine } from '../store/operating/quarantine-list.ts';
import { gated } from './gate.ts';

const dayMs = 86_400_000;

export const troubleOperations = {
  list: gated.trouble.list.handler(async ({ context, input }) => {
    const { pool, clock } = context.services;
    const sinceMs = input.sinceMs ?? clock.nowMs() - dayMs;
    const { troubles, total } = await listTroubles(pool, { ...input, sinceMs });
    return { troubles: troubles.map((one) => shown(one)), total };
  }),
  quarantine: gated.trouble.quarantine.handler(({ context, input }) =>
    listQuarantine(context.services.pool, input),
  ),
};

/** Without the ids of its holes. */
function shown({ gapId: _gapId, examples, ...trouble }: NamedTrouble): Trouble {
  return { ...trouble, examples: examples.map(({ gapId: _own, ...example }) => example) };
}
