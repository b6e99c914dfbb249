/** What a window may ask of the machine: to show notifications and to copy text, and nothing else. */
import type { Session } from 'electron';
import { consolePathOf } from './app-origin.ts';

/** Writing is what a copy button does; reading the clipboard stays forbidden. */
const granted = ['notifications', 'clipboard-sanitized-write'];

/** @param origin of the asking page, with or without a path */
export function mayHave(permission: string, origin: string): boolean {
  return granted.includes(permission) && isConsole(origin);
}

export function restrictPermissions(session: Session): void {
  session.setPermissionRequestHandler((contents, permission, callback) =>
    callback(mayHave(permission, contents.getURL())),
  );
  session.setPermissionCheckHandler((_contents, permission, origin) => mayHave(permission, origin));
  session.setDevicePermissionHandler(() => false);
  session.setDisplayMediaRequestHandler((_request, callback) => callback({}));
  session.on('will-download', (event, item) => {
    // Files that the console makes itself (exports) come as blob: and data: URLs.
    if (!/^(blob:app:\/\/nocturne\/|data:)/.test(item.getURL())) event.preventDefault();
  });
}

function isConsole(origin: string): boolean {
  return consolePathOf(URL.canParse(origin) ? new URL('/console/', origin).href : '') !== null;
}
