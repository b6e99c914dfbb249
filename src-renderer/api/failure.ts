/** What went wrong with a call, as the screens tell it. */
import { ORPCError } from '@orpc/client';
import { sentenceOf } from '../../core/errors.ts';
import { OfflineError } from './link-state.ts';

export type FailureKind = 'login' | 'permission' | 'offline' | 'not-found' | 'conflict' | 'refused';

export interface Failure {
  readonly kind: FailureKind;
  readonly sentence: string;
}

const kindsByCode: Readonly<Record<string, FailureKind>> = {
  LOGIN_REQUIRED: 'login',
  UNAUTHORIZED: 'login',
  FORBIDDEN: 'permission',
  NOT_FOUND: 'not-found',
  CONFLICT: 'conflict',
  DATABASE_UNREACHABLE: 'offline',
};

export function failureOf(error: unknown): Failure {
  if (error instanceof OfflineError) return { kind: 'offline', sentence: error.message };
  if (error instanceof ORPCError) {
    return { kind: kindsByCode[error.code] ?? 'refused', sentence: sentenceOf(error) };
  }
  // The transport's own errors (closed socket, failed fetch, aborted peer) carry no code.
  return { kind: 'offline', sentence: new OfflineError().message };
}
