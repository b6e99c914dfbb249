/**
 * A window's port as oRPC's handler is given it. oRPC parses in a listener whose failure nobody awaits, so what cannot
 * be a request is dropped here; and `close` is told once and at once, whichever end went first (Node tells both ends
 * later, Electron promises it for the other end only).
 */
import { parsePeerMessage } from '../service/operations/peer-message.ts';
import type { DesktopPort } from './desktop-port.ts';

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
      const message = parsePeerMessage(data);
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
