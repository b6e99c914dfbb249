/** A port towards one window, as the desktop services see it. Node's own MessagePort is one. */
import type { MessagePortMain } from 'electron';

export interface DesktopPort {
  postMessage(message: unknown): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: 'close', listener: () => void): void;
  start(): void;
  close(): void;
}

type ListenerArguments =
  | [type: 'message', listener: (event: { readonly data: unknown }) => void]
  | [type: 'close', listener: () => void];

/** Electron's port is an emitter, not an EventTarget. */
export function fromElectronPort(port: MessagePortMain): DesktopPort {
  return {
    postMessage: (message) => port.postMessage(message),
    addEventListener(...[type, listener]: ListenerArguments) {
      if (type === 'close') port.on('close', listener);
      else port.on('message', ({ data }) => listener({ data: data as unknown }));
    },
    start: () => port.start(),
    close: () => port.close(),
  };
}
