/** Work on many things of which one that fails must not cost the others. */
import { isUnreachable } from '../connection/database-error.ts';

/**
 * Does the work for each, one after another, whichever fails.
 * @param endsAt problems that the rest would have, too; an unreachable database by default
 * @returns all answers in one
 * @throws the first problem, once the rest is done
 */
export async function tryEach<Item, Answer>(
  items: Iterable<Item>,
  work: (item: Item) => Promise<readonly Answer[]>,
  endsAt: (problem: unknown) => boolean = isUnreachable,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  const problems: unknown[] = [];
  for (const item of items) {
    try {
      answers.push(...(await work(item)));
    } catch (problem) {
      problems.push(problem);
      if (endsAt(problem)) break;
    }
  }
  if (problems.length > 0) throw problems[0];
  return answers;
}
