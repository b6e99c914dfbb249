/** A port towards one window, as the desktop services see it. Node's own MessagePort is one. */
import type { MessagePortMain } from 'electron';

export interface DesktopPort {
  postMessage(message: unknown): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: 'close', listener: () => void): void;
  start(): void;
  close(): void;
}

/**
 * Electron's port is an emitter, not an EventTarget; it says `close` when the window's end goes, and may or may not say
 * it again for its own. Here `close` is heard exactly once, whichever end went first.
 */
export function fromElectronPort(port: MessagePortMain): DesktopPort {
  const closeListeners = new Set<() => void>();
  let closed = false;
  const tellClosed = () => {
    if (closed) return;
    closed = true;
    for (const listener of closeListeners) listener();
  };
  port.on('close', tellClosed);
  return {
    postMessage(message) {
      if (!closed) port.postMessage(message);
    },
    addEventListener(...[type, listener]: ListenerArguments) {
      if (type === 'close') closeListeners.add(listener);
      else port.on('message', ({ data }) => listener({ data: data as unknown }));
    },
    start: () => port.start(),
    close() {
      port.close();
      tellClosed();
    },
  };
}

type ListenerArguments =
  | [type: 'message', listener: (event: { readonly data: unknown }) => void]
  | [type: 'close', listener: () => void];
