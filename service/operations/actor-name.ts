/** The name that audit, history and dashboards show for an actor. */
import type { Actor } from './context.ts';

export function actorName(actor: Actor): string {
  return actor.name ?? 'nobody';
}
