/** Reads a database address, so that whoever wrote it hears what is wrong with it before the driver fails over it. */
import { readFileSync } from 'node:fs';
import { NocturneError, sentenceOf } from '../../../core/errors.ts';

const expected = 'expected for example postgres://user:password@host:5432/nocturne';

/** As libpq names them, and `no-verify` of the driver: TLS with whomever. */
const sslModes = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full', 'no-verify'];

/** The driver verifies in all of these, and prints a page about it unless told the strictest by name. */
const verifying = ['prefer', 'require', 'verify-ca'];

/**
 * The address as the driver should be given it.
 * @param setting that it came from, for sentences; they never hold the address, for it holds the password
 * @throws CONFIG_INVALID
 */
export function checkedDatabaseUrl(databaseUrl: string, setting: string): string {
  if (!/^postgres(ql)?:\/\//.test(databaseUrl) || !URL.canParse(databaseUrl)) {
    throw new NocturneError('CONFIG_INVALID', `${setting} is not a database address (${expected})`);
  }
  const url = new URL(databaseUrl);
  if (url.pathname === '' || url.pathname === '/') {
    throw new NocturneError('CONFIG_INVALID', `${setting} names no database (${expected})`);
  }
  for (const name of ['sslrootcert', 'sslcert', 'sslkey']) checkFile(url, name, setting);
  const mode = url.searchParams.get('sslmode');
  if (mode === null) return databaseUrl;
  if (!sslModes.includes(mode)) {
    throw new NocturneError(
      'CONFIG_INVALID',
      `sslmode "${mode}" in ${setting} is not known: expected one of ${sslModes.join(', ')}`,
    );
  }
  if (!verifying.includes(mode) || url.searchParams.has('uselibpqcompat')) return databaseUrl;
  url.searchParams.set('sslmode', 'verify-full');
  return url.href;
}

function checkFile(url: URL, name: string, setting: string): void {
  const file = url.searchParams.get(name);
  if (file === null) return;
  try {
    readFileSync(file);
  } catch (cause) {
    throw new NocturneError(
      'CONFIG_INVALID',
      `${name} in ${setting} cannot be read (${sentenceOf(cause)}): give the path of a PEM file`,
      { cause },
    );
  }
}
