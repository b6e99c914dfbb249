/** Opens the desktop console where its binary and a display are there; says why not otherwise. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const electronFolder = path.join(root, 'node_modules', 'electron');

/** Path of the Electron binary, or null. Importing `electron` would try to download it. */
export function findElectron(env: Readonly<Record<string, string | undefined>>): string | null {
  const override = env['ELECTRON_OVERRIDE_DIST_PATH'];
  const pathFile = path.join(electronFolder, 'path.txt');
  if (!override && !existsSync(pathFile)) return null;
  const name = existsSync(pathFile) ? readFileSync(pathFile, 'utf8').trim() : 'electron';
  const binary = path.join(override || path.join(electronFolder, 'dist'), name);
  return existsSync(binary) ? binary : null;
}

export type DesktopOutcome =
  | { readonly kind: 'opened'; readonly process: ChildProcess }
  | { readonly kind: 'absent'; readonly reason: string };

/** @param settings what the desktop must know of this demo: database, keys, address of the web console */
export function openDesktop(
  env: Readonly<Record<string, string | undefined>>,
  settings: Readonly<Record<string, string>>,
): DesktopOutcome {
  const binary = findElectron(env);
  if (binary === null) {
    return {
      kind: 'absent',
      reason: 'its binary is not installed (npx install-electron fetches it)',
    };
  }
  const display = process.platform !== 'linux' || env['DISPLAY'] || env['WAYLAND_DISPLAY'];
  if (!display) return { kind: 'absent', reason: 'there is no display' };
  const child = spawn(binary, [root], {
    env: { ...process.env, ...settings },
    stdio: 'ignore',
  });
  child.on('error', () => {});
  return { kind: 'opened', process: child };
}
