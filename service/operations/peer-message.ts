/**
 * The messages of oRPC's peer protocol, checked before its handler sees them: its listener parses in a promise that
 * nobody awaits, so what cannot be a request would be an unhandled rejection.
 */
import { z } from 'zod';

const callId = z.union([z.string(), z.number()]);

/** The messages of oRPC's peer: calls, what a client streams, and giving up. */
const peerMessage = z.union([
  z.object({
    i: callId,
    t: z.literal(1).optional(),
    p: z.object({
      u: z.string().startsWith('/'),
      b: z.unknown().optional(),
      h: z.record(z.string(), z.union([z.string(), z.array(z.string())])).optional(),
      m: z.string().optional(),
    }),
  }),
  z.object({
    i: callId,
    t: z.literal(3),
    p: z.object({ e: z.string(), d: z.unknown().optional(), m: z.unknown().optional() }),
  }),
  z.object({ i: callId, t: z.literal(4) }),
]);

/** Null where the data are no message. */
export function parsePeerMessage(data: unknown): object | null {
  if (typeof data !== 'string') return null;
  try {
    const parsed = peerMessage.safeParse(JSON.parse(data));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
