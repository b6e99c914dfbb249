/** Where a program without an explicit folder keeps its data. */
import path from 'node:path';

/**
 * `NOCTURNE_DATA_DIR`, else root's /var/lib/nocturne (PostgreSQL runs as another user there, and a root's home is closed
 * to it), else the platform's folder for data of the user's programs.
 */
export function defaultDataDir(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
  isRoot: boolean,
): string {
  if (env['NOCTURNE_DATA_DIR']) return path.resolve(env['NOCTURNE_DATA_DIR']);
  const home = env['HOME'] ?? env['USERPROFILE'] ?? '.';
  if (platform === 'win32') {
    return path.win32.join(
      env['LOCALAPPDATA'] ?? path.win32.join(home, 'AppData', 'Local'),
      'Nocturne',
    );
  }
  if (isRoot) return '/var/lib/nocturne';
  if (platform === 'darwin') return path.join(home, 'Library', 'Application Support', 'Nocturne');
  // XDG base directory specification: relative values are ignored.
  const xdg = env['XDG_DATA_HOME'];
  return xdg !== undefined && path.isAbsolute(xdg)
    ? path.join(xdg, 'nocturne')
    : path.join(home, '.local', 'share', 'nocturne');
}
