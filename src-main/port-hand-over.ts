/** Hands every window its own port to the desktop services, when its page asks and only then. */
import type { IpcMain, MessageChannelMain } from 'electron';
import { consolePathOf } from './app-origin.ts';
import { type DesktopPort, fromElectronPort } from './desktop-port.ts';
import { askChannel, portChannel } from './port-message.ts';

export interface HandOver {
  readonly ipcMain: Pick<IpcMain, 'on'>;
  readonly makeChannel: () => Pick<MessageChannelMain, 'port1' | 'port2'>;
  readonly serve: (port: DesktopPort) => void;
}

export interface SenderFrame {
  readonly url: string;
  /** Null for the main frame. */
  readonly parent: unknown;
}

/** The console's own page in a window's main frame; a frame that is gone already is nobody. */
export function isTrustedSender(frame: SenderFrame | null): boolean {
  return frame !== null && frame.parent === null && consolePathOf(frame.url) !== null;
}

export function handOverPorts({ ipcMain, makeChannel, serve }: HandOver): void {
  ipcMain.on(askChannel, (event) => {
    const frame = event.senderFrame;
    if (frame === null || !isTrustedSender(frame)) return;
    const { port1, port2 } = makeChannel();
    serve(fromElectronPort(port1));
    frame.postMessage(portChannel, null, [port2]);
  });
}
