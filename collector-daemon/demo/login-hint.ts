/** The command that prints another login link for a demo, as it is typed in another terminal. */
import { fileURLToPath } from 'node:url';
import { dataDirOf } from '../cli/local-operations.ts';

/** `npx` finds the program in the checkout alone. */
const checkout = fileURLToPath(new URL('../../', import.meta.url)).replace(/[/\\]$/, '');

/** @param env of the demo; that of the other terminal lacks what was set for this one alone */
export function loginHint(env: Readonly<Record<string, string | undefined>>, cwd: string): string {
  const dataDir = dataDirOf(env);
  const usual = dataDir === dataDirOf({ ...env, NOCTURNE_DATA_DIR: undefined });
  const setting = usual ? '' : `NOCTURNE_DATA_DIR=${quoted(dataDir)} `;
  const place = cwd === checkout ? 'in this folder' : `in ${checkout}`;
  return `another one, ${place}: ${setting}npx nocturne user login-link`;
}

/** For a POSIX shell. */
function quoted(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
