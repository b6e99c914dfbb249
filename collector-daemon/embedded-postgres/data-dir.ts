/** Where a program without an explicit folder keeps its data. */
import os from 'node:os';
import path from 'node:path';
import { NocturneError } from '../../core/errors.ts';

/**
 * `NOCTURNE_DATA_DIR`, else root's /var/lib/nocturne (PostgreSQL runs as another user there, and a root's home is closed
 * to it), else the platform's folder for data of the user's programs.
 * @throws NocturneError CONFIG_INVALID where there is no home either
 */
export function defaultDataDir(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
  isRoot: boolean,
): string {
  if (env['NOCTURNE_DATA_DIR']) return path.resolve(env['NOCTURNE_DATA_DIR']);
  if (isRoot && platform !== 'win32') return '/var/lib/nocturne';
  const home = env['HOME'] || env['USERPROFILE'] || homeByName();
  if (platform === 'win32') {
    return path.win32.join(
      env['LOCALAPPDATA'] ?? path.win32.join(home, 'AppData', 'Local'),
      'Nocturne',
    );
  }
  if (platform === 'darwin') return path.join(home, 'Library', 'Application Support', 'Nocturne');
  // XDG base directory specification: relative values are ignored.
  const xdg = env['XDG_DATA_HOME'];
  return xdg !== undefined && path.isAbsolute(xdg)
    ? path.join(xdg, 'nocturne')
    : path.join(home, '.local', 'share', 'nocturne');
}

/** Of services and containers that set no HOME: as the system's list of users has it. */
function homeByName(): string {
  try {
    const { homedir } = os.userInfo();
    if (path.isAbsolute(homedir)) return homedir;
  } catch {
    // A user that has a number only.
  }
  throw new NocturneError(
    'CONFIG_INVALID',
    'NOCTURNE_DATA_DIR is not set, and this user has no home folder to keep data in: set it to an absolute path',
  );
}
