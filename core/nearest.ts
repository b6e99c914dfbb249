/** The word that was probably meant, for sentences that refuse one. */

/** Null where none of them is near. */
export function nearest(word: string, known: readonly string[]): string | null {
  const lower = word.toLowerCase();
  const begun = known.filter((one) => one.toLowerCase().startsWith(lower));
  if (lower.length > 1 && begun.length === 1) return begun[0]!;
  const far = Math.max(1, Math.floor(word.length / 4));
  const ranked = known
    .map((one) => ({ one, steps: editSteps(lower, one.toLowerCase()) }))
    .toSorted((left, right) => left.steps - right.steps);
  return ranked[0] !== undefined && ranked[0].steps <= far ? ranked[0].one : null;
}

/** Letters to insert, delete, replace or exchange with their neighbour (Damerau, restricted). */
export function editSteps(from: string, to: string): number {
  let [before, last] = [[] as number[], Array.from({ length: to.length + 1 }, (_, at) => at)];
  for (let row = 1; row <= from.length; row += 1) {
    const next = [row];
    for (let at = 1; at <= to.length; at += 1) {
      const same = from[row - 1] === to[at - 1];
      let steps = Math.min(last[at]! + 1, next[at - 1]! + 1, last[at - 1]! + (same ? 0 : 1));
      const swapped =
        row > 1 && at > 1 && from[row - 1] === to[at - 2] && from[row - 2] === to[at - 1];
      if (swapped) steps = Math.min(steps, before[at - 2]! + 1);
      next.push(steps);
    }
    [before, last] = [last, next];
  }
  return last[to.length]!;
}
