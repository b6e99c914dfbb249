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

/**
 * The sentence to show for anything thrown: a coded error's own message, else the error's first line. Where an error says
 * nothing, what caused it, its code or its name stands for it; no sentence holds an "undefined".
 */
export function sentenceOf(error: unknown): string {
  const { message, errors, cause, code, name } = partsOf(error);
  const own = firstLine(message);
  if (own !== '') return own;
  const inner = Array.isArray(errors) ? errors[0] : cause;
  if (inner !== undefined && inner !== null && inner !== error) return sentenceOf(inner);
  return firstLine(code) || (name === 'Error' ? '' : firstLine(name)) || 'unknown error';
}

/** The first line of what somebody else's code said, or nothing where it is none, or says nothing. */
export function firstLine(text: unknown): string {
  if (typeof text === 'number') return String(text);
  if (typeof text !== 'string') return '';
  const [line = ''] = text.trim().split('\n', 1);
  return nothingSaid.test(line) ? '' : line.trim();
}

/** What JavaScript makes of values that are not there, or are no text. */
const nothingSaid = /^(Error: ?)?(undefined|null|NaN|\[object \w+\])?$/;

function partsOf(error: unknown): Readonly<Record<string, unknown>> {
  if (typeof error === 'object' && error !== null) return error as Record<string, unknown>;
  return { message: typeof error === 'symbol' ? error.description : String(error) };
}
