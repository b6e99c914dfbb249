/** Where the console's windows may go, and what may leave them for the person's browser. */
import { consolePathOf } from './app-origin.ts';

export type Opening =
  | { readonly kind: 'window'; readonly path: string }
  | { readonly kind: 'external'; readonly url: string }
  | { readonly kind: 'refused' };

/** A window stays on the console's own pages. */
export function mayNavigate(url: string): boolean {
  return consolePathOf(url) !== null;
}

/**
 * What becomes of a link that asks for a window: pages of the console get one, `https` goes to the browser, the rest
 * (`http`, `file`, `smb`, `javascript`, handlers of other programs …) is refused.
 */
export function decideOpening(url: string): Opening {
  const path = consolePathOf(url);
  if (path !== null) return { kind: 'window', path };
  return mayOpenExternally(url)
    ? { kind: 'external', url: new URL(url).href }
    : { kind: 'refused' };
}

/** User names in links are refused too: `https://bank.example@evil.example` reads like another host. */
export function mayOpenExternally(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, username, password } = new URL(url);
  return protocol === 'https:' && hostname !== '' && username === '' && password === '';
}
