/** The turn to collect as the database counts it: what is received under an overtaken epoch can be told apart. */
import type { Epoch } from '../../../core/id.ts';
import { queryOne, type Queryable } from '../connection/queryable.ts';

export interface TurnHolder {
  readonly node: string;
  readonly incarnation: number;
}

/**
 * To be called by who holds the lock. The epoch rises, but for a holder whom nobody has overtaken since: it goes on under
 * its own.
 */
export async function enterTurn(db: Queryable, holder: TurnHolder): Promise<Epoch> {
  const { epoch } = await queryOne<{ epoch: Epoch }>(
    db,
    `insert into collector_turn as turn (epoch, node, incarnation, taken_at)
     values (1, $1, $2, clock_timestamp())
     on conflict ("only") do update set node = excluded.node, incarnation = excluded.incarnation,
       epoch = turn.epoch + ${taken}::int,
       taken_at = case when ${taken} then excluded.taken_at else turn.taken_at end
     returning epoch`,
    [holder.node, holder.incarnation],
  );
  return epoch;
}

/** Somebody else had it last. */
const taken = `((turn.node, turn.incarnation) is distinct from (excluded.node, excluded.incarnation))`;
