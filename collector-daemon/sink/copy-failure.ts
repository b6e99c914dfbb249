/** Which failures of a COPY pass by themselves and which last, by SQLSTATE class (PostgreSQL appendix A). */
import { errorCodeOf, isUnreachable } from '../../service/store/connection/database-error.ts';

/**
 * 53 resources (disk full, memory, connections), 57 operator, 40 rollback, 25006 read-only, 55 object state; and what
 * people repair: 28 login, 3D000 database, 42501 permission, 42P01 table missing.
 */
const passing = /^(53|57|40|25006|55|08|58|28|3D000|42501|42P01)/;

/** 22 data, 23 integrity: the same batch would be refused again. */
const lasting = /^(22|23)/;

/** @param doubtLasts what to answer for errors that belong to neither class */
export function isLasting(error: unknown, doubtLasts: boolean): boolean {
  const code = errorCodeOf(error);
  if (isUnreachable(error) || passing.test(code)) return false;
  return lasting.test(code) || doubtLasts;
}

/** 57014: the server ended the statement, mostly for its time limit. */
export function tookTooLong(error: unknown): boolean {
  return errorCodeOf(error) === '57014';
}

/** The server said what became of the transaction: it is undone. Not so where the connection or the patience ended. */
export function wasAnswered(error: unknown): boolean {
  const code = errorCodeOf(error);
  return /^[0-9A-Z]{5}$/.test(code) && !/^(08|57P)/.test(code) && !isUnreachable(error);
}
