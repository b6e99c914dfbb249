/**
 * A window's port as oRPC's handler is given it. oRPC parses in a listener whose failure nobody awaits, so what cannot
 * be a request is dropped here; and `close` is told once and at once, whichever end went first (Node tells both ends
 * later, Electron promises it for the other end only).
 */
import { z } from 'zod';
import type { DesktopPort } from './desktop-port.ts';

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

/** The handler's callback; the shape is oRPC's, for ports that are emitters. */
type Callback = (event?: { data: unknown }) => void;

export class OperationPort {
  readonly #port: DesktopPort;
  readonly #closeCallbacks = new Set<Callback>();
  #closed = false;

  constructor(port: DesktopPort) {
    this.#port = port;
    port.onClose(() => this.#tellClosed());
  }

  on(event: string, callback: Callback): void {
    if (event === 'close') this.#closeCallbacks.add(callback);
    if (event !== 'message') return;
    this.#port.onMessage((data) => {
      const message = parseMessage(data);
      if (message !== null && !this.#closed) callback({ data: message });
    });
  }

  postMessage(message: unknown): void {
    if (!this.#closed) this.#port.postMessage(message);
  }

  start(): void {
    this.#port.start();
  }

  close(): void {
    this.#port.close();
    this.#tellClosed();
  }

  #tellClosed(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const callback of this.#closeCallbacks) callback();
  }
}

/** The message as an object, which oRPC takes as it takes text; null for anything else. */
function parseMessage(data: unknown): object | null {
  if (typeof data !== 'string') return null;
  try {
    const parsed = peerMessage.safeParse(JSON.parse(data));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
