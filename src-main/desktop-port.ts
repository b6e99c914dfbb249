/** A port towards one window, as the desktop services see it, whoever made it. */
import type { MessagePortMain } from 'electron';

export interface DesktopPort {
  onMessage(listener: (data: unknown) => void): void;
  /** The other end has gone; may or may not be told after closing this end. */
  onClose(listener: () => void): void;
  postMessage(message: unknown): void;
  /** Messages wait until then. */
  start(): void;
  close(): void;
}

/** Electron's port wraps messages into events; Node's own emits them bare. */
export function fromElectronPort(port: MessagePortMain): DesktopPort {
  return {
    onMessage: (listener) => port.on('message', ({ data }) => listener(data as unknown)),
    onClose: (listener) => port.on('close', listener),
    postMessage: (message) => port.postMessage(message),
    start: () => port.start(),
    close: () => port.close(),
  };
}
