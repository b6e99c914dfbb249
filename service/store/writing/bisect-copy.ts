/** Finds the rows that the database refuses for their content, and stores all others. */
import type { Queryable } from '../connection/queryable.ts';
import { errorCodeOf } from '../connection/database-error.ts';
import { sentenceOf } from '../../../core/errors.ts';

export interface RefusedRow {
  readonly row: number;
  readonly reason: string;
}

/** SQLSTATE classes 22 (data exception) and 23 (integrity constraint): the rows are at fault, not the database. */
export function isContentError(error: unknown): boolean {
  return /^2[23]/.test(errorCodeOf(error));
}

/**
 * Copies the rows whose id is not 0, in halves of halves around those that are refused: one COPY where all are good,
 * about 2·log2(rows) more for each that is not. Runs inside a transaction, which stays usable.
 * @throws whatever `copy` throws that is no content error
 */
export async function copyAllGood(
  db: Queryable,
  ids: Float64Array,
  copy: (ids: Float64Array) => Promise<void>,
): Promise<RefusedRow[]> {
  const refused: RefusedRow[] = [];
  const todo: [from: number, to: number][] = [[0, ids.length]];
  for (let range = todo.pop(); range !== undefined; range = todo.pop()) {
    const [from, to] = range;
    const within = ids.map((id, row) => (row >= from && row < to ? id : 0));
    if (within.every((id) => id === 0)) continue;
    const problem = await tryCopy(db, () => copy(within));
    if (problem === null) continue;
    const middle = Math.floor((from + to) / 2);
    if (to - from === 1) refused.push({ row: from, reason: sentenceOf(problem) });
    // The earlier half is next, so that refused rows are found in their order.
    else todo.push([middle, to], [from, middle]);
  }
  return refused;
}

async function tryCopy(db: Queryable, copy: () => Promise<void>): Promise<unknown> {
  await db.query('savepoint rows');
  try {
    await copy();
  } catch (error) {
    if (!isContentError(error)) throw error;
    await db.query('rollback to savepoint rows');
    return error;
  }
  await db.query('release savepoint rows');
  return null;
}
