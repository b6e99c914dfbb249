/** Keeps a window's contents on the console: device text with a link in it must not lead anywhere else. */
import type { WebContents } from 'electron';
import { decideOpening, mayNavigate } from './navigation-rules.ts';

export interface Openers {
  /** @param path of the console */
  readonly openWindow: (path: string) => void;
  /** @param url checked: https only */
  readonly openExternal: (url: string) => void;
}

export function lockNavigation(contents: WebContents, { openWindow, openExternal }: Openers): void {
  contents.on('will-frame-navigate', (event) => {
    if (!event.isMainFrame || !mayNavigate(event.url)) event.preventDefault();
  });
  contents.on('will-redirect', (event) => {
    if (!mayNavigate(event.url)) event.preventDefault();
  });
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    const opening = decideOpening(url);
    if (opening.kind === 'window') openWindow(opening.path);
    if (opening.kind === 'external') openExternal(opening.url);
    return { action: 'deny' };
  });
}
