/**
 * Which user the database server runs as. PostgreSQL refuses to run as root, so root drops to an unprivileged user
 * (65534, "nobody" everywhere) and everything that user must reach has to be walkable for it.
 */
import { stat } from 'node:fs/promises';
import path from 'node:path';

export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

/** null: run as ourselves. */
export function serverUser(): ServerUser | null {
  return process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : null;
}

/** The first folder on the way to `target` (itself included) that the user may not enter, or null. */
export async function closedFolder(target: string, user: ServerUser): Promise<string | null> {
  const folders: string[] = [];
  for (let folder = path.resolve(target); ; folder = path.dirname(folder)) {
    folders.unshift(folder);
    if (folder === path.dirname(folder)) break;
  }
  for (const folder of folders) {
    const facts = await stat(folder);
    const bit = facts.uid === user.uid ? 0o100 : facts.gid === user.gid ? 0o010 : 0o001;
    if ((facts.mode & bit) === 0) return folder;
  }
  return null;
}
