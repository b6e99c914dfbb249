/**
 * What is thrown, as the contract's clients see it: an oRPC error whose code is the catalogue's and whose status is the
 * matching HTTP one. Sentences are kept; anything unknown becomes one without details, and the original stays `cause`.
 */
import { ORPCError } from '@orpc/server';
import { NocturneError, type ErrorCode } from '../../core/errors.ts';
import { databaseError } from '../store/connection/database-error.ts';
import { type InputIssue, inputProblem } from './input-problem.ts';

const statuses: Readonly<Record<ErrorCode, number>> = {
  ADDRESS_INVALID: 422,
  CONFIG_INVALID: 500,
  CONFLICT: 409,
  CREDENTIAL_UNREADABLE: 500,
  DATABASE_REFUSED: 503,
  DATABASE_UNREACHABLE: 503,
  FORBIDDEN: 403,
  INPUT_INVALID: 422,
  LOGIN_REQUIRED: 401,
  NOT_FOUND: 404,
  PATH_INVALID: 422,
  PORT_TAKEN: 500,
  QUERY_TOO_LARGE: 422,
  QUERY_TIMEOUT: 504,
  SCHEMA_TOO_NEW: 503,
  SCHEMA_TOO_OLD: 503,
  SESSION_FAILED: 502,
  STARTUP_FAILED: 500,
};

/** Anything thrown by an operation, its validation or the gate, as an oRPC error. */
export function operationError(error: unknown, signal?: AbortSignal): unknown {
  if (signal?.aborted === true) return error;
  if (error instanceof ORPCError) return error.code === 'BAD_REQUEST' ? inputError(error) : error;
  const coded = databaseError(error);
  if (coded instanceof NocturneError) {
    const { message } = coded;
    return new ORPCError(coded.code, { status: statuses[coded.code], message, cause: error });
  }
  return new ORPCError('INTERNAL_SERVER_ERROR', {
    status: 500,
    message: 'the operation failed inside the program: its log says why',
    cause: error,
  });
}

/** The first problem of an input as a sentence, all of them as data. */
function inputError(error: ORPCError<string, unknown>): unknown {
  const issues = (error.data as { issues?: readonly InputIssue[] } | undefined)?.issues ?? [];
  const problems = issues.map((issue) => ({
    field: (issue.path ?? [])
      .map((part) => String(typeof part === 'object' ? part.key : part))
      .join('.'),
    problem: inputProblem(issue),
  }));
  const first = problems[0];
  const sentence =
    first === undefined
      ? 'the input cannot be read'
      : `${first.field === '' ? 'the input' : first.field}: ${first.problem}`;
  return new ORPCError('INPUT_INVALID', {
    status: 422,
    message: sentence,
    data: { problems },
    cause: error,
  });
}
