/**
 * Turns what the driver and PostgreSQL throw into sentences of the catalogue. The password never appears: only host,
 * port and database are taken from the address.
 */
import { NocturneError, sentenceOf, type ErrorCode } from '../../../core/errors.ts';

/** `host:port/database` of a database URL, for sentences; nothing of user or password. */
export function databaseLabel(databaseUrl: string): string {
  try {
    const url = new URL(databaseUrl);
    return `${url.hostname || 'localhost'}:${url.port || '5432'}${url.pathname || '/'}`;
  } catch {
    return 'the address in DATABASE_URL (it cannot be read as a URL)';
  }
}

/** SQLSTATE (five characters) or Node's error code of anything thrown, else ''. */
export function errorCodeOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) {
    return errorCodeOf(error.errors[0]);
  }
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : '';
}

const unreachableCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
  '08000',
  '08001',
  '08003',
  '08006',
  '57P01',
  '57P02',
  '57P03',
]);

/** True when trying again later may help: no connection, server starting or stopping, too many connections. */
export function isUnreachable(error: unknown): boolean {
  if (error instanceof NocturneError) return error.code === 'DATABASE_UNREACHABLE';
  const code = errorCodeOf(error);
  if (unreachableCodes.has(code) || code === '53300') return true;
  // The driver's own words, which carry no code.
  return (
    error instanceof Error &&
    /^(Connection terminated|Query read timeout|timeout exceeded when trying to connect|timeout expired|Client has encountered a connection error)/.test(
      error.message,
    )
  );
}

const refusals: Readonly<Record<string, { code: ErrorCode; text: string }>> = {
  '28000': { code: 'DATABASE_REFUSED', text: 'refused the user: check user and pg_hba.conf' },
  '28P01': { code: 'DATABASE_REFUSED', text: 'refused the password: check DATABASE_URL' },
  '3D000': { code: 'DATABASE_REFUSED', text: 'has no such database: create it first' },
  '42501': { code: 'DATABASE_REFUSED', text: 'lacks a permission for this user' },
  '42P01': { code: 'SCHEMA_TOO_OLD', text: 'lacks a table: run "nocturne migrate"' },
  '25006': { code: 'DATABASE_REFUSED', text: 'is read-only at the moment' },
  '53100': { code: 'DATABASE_REFUSED', text: 'has a full disk' },
};

/** Of Node's and OpenSSL's verification: the server showed a certificate that is not believed. */
const untrusted =
  /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w+|CERT_\w+|ERR_TLS_CERT_ALTNAME_INVALID)$/;

/** What is wrong with TLS between us and the server, to stand after its name; null where it is something else. */
function tlsRefusal(error: unknown, code: string): string | null {
  const text = error instanceof Error ? error.message : '';
  if (text === 'The server does not support SSL connections') {
    return 'does not speak TLS: take sslmode out of DATABASE_URL';
  }
  if (code === '28000' && /no encryption|SSL off/.test(text)) {
    return 'wants TLS: add ?sslmode=verify-full to DATABASE_URL';
  }
  if (!untrusted.test(code)) return null;
  return `was not trusted (${sentenceOf(error).replace(/;.*/, '')}): name its CA with sslrootcert=FILE in DATABASE_URL`;
}

const inputProblems: Readonly<Record<string, string>> = {
  '22021': 'the text holds a character the database cannot store (NUL, or broken UTF-8)',
  '22P05': 'the text holds a character the database cannot store (NUL, or half a character)',
  '22008': 'a time lies outside what the database can store',
};

/** The coded error for anything that a query or a connection attempt threw; coded errors pass unchanged. */
export function databaseError(error: unknown, databaseUrl?: string): unknown {
  if (error instanceof NocturneError) return error;
  const where =
    databaseUrl === undefined ? 'the database' : `the database ${databaseLabel(databaseUrl)}`;
  const code = errorCodeOf(error);
  const tls = tlsRefusal(error, code);
  if (tls !== null)
    return new NocturneError('DATABASE_REFUSED', `${where} ${tls}`, { cause: error });
  const refusal = refusals[code];
  if (refusal !== undefined) {
    return new NocturneError(refusal.code, `${where} ${refusal.text}`, { cause: error });
  }
  if (isUnreachable(error)) {
    const reason = code === '53300' ? 'it has no connection left' : code || 'no answer in time';
    return new NocturneError(
      'DATABASE_UNREACHABLE',
      `cannot reach ${where} (${reason}): check that it runs and can be reached from here`,
      { cause: error },
    );
  }
  const input = inputProblems[code];
  if (input !== undefined) return new NocturneError('INPUT_INVALID', input, { cause: error });
  return error;
}

/** The sentence for anything that work with the database threw. */
export function databaseSentence(error: unknown): string {
  return sentenceOf(databaseError(error));
}
