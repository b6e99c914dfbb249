/**
 * All that stands between a window and the main process: asks for a port once the page listens, and hands it over. No
 * API is exposed; everything goes through the port and so through the contract.
 */
import { ipcRenderer } from 'electron';
import { askChannel, portChannel, portMessage } from './port-message.ts';

ipcRenderer.on(portChannel, (event) => {
  globalThis.postMessage(portMessage, location.origin, event.ports);
});

// The page's module has run by then and listens.
globalThis.addEventListener('DOMContentLoaded', () => ipcRenderer.send(askChannel), { once: true });
