/**
 * The catalogue of coded exceptions. A message names what went wrong, with which value, and what to do next;
 * the original error rides along as `cause` and is for the log, never for the screen.
 */
export const errorCodes = [
  'ADDRESS_INVALID',
  'CONFIG_INVALID',
  'CONFLICT',
  'CREDENTIAL_UNREADABLE',
  'DATABASE_REFUSED',
  'DATABASE_UNREACHABLE',
  'FORBIDDEN',
  'INPUT_INVALID',
  'LOGIN_REQUIRED',
  'NOT_FOUND',
  'PATH_INVALID',
  'PORT_TAKEN',
  'QUERY_TOO_LARGE',
  'QUERY_TIMEOUT',
  'SCHEMA_TOO_NEW',
  'SCHEMA_TOO_OLD',
  'SESSION_FAILED',
  'STARTUP_FAILED',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

export class NocturneError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'NocturneError';
    this.code = code;
  }
}

/** The sentence to show for anything thrown: a coded error's own message, else the error's first line. */
export function sentenceOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '' && error.errors.length > 0) {
    return sentenceOf(error.errors[0]);
  }
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n', 1)[0] || 'unknown error';
}
