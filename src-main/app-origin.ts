/** The address under which the desktop's own files are shown; the console lives at the same paths as on a web node. */
export const appScheme = 'app';
export const appOrigin = `${appScheme}://nocturne`;
export const consoleHome = '/console/';

/** @param path of the console, beginning with `/console` */
export function consoleUrl(path: string): string {
  return `${appOrigin}${path}`;
}

/** The console's path with its query where the URL is one of its own pages, else null. */
export function consolePathOf(url: string): string | null {
  if (!URL.canParse(url)) return null;
  const { protocol, host, username, password, pathname, search } = new URL(url);
  if (`${protocol}//${host}` !== appOrigin || username !== '' || password !== '') return null;
  return pathname === '/console' || pathname.startsWith(consoleHome) ? pathname + search : null;
}
