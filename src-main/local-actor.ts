/** Who sits at this machine: with a direct profile nobody logs in, the database's password was the login. */
import os from 'node:os';
import type { Actor } from '../service/operations/context.ts';

export function localActor(role: Actor['role']): Actor {
  return { name: userName(), role };
}

function userName(): string {
  try {
    return os.userInfo().username;
  } catch {
    // Accounts that come from a directory service that cannot be asked right now have no entry.
    return 'desktop';
  }
}
