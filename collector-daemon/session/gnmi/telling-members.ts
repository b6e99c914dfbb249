/** Finds the members that tell entries apart which their keys do not. Pure. */
import { mayBeKey, type Members, tellsApart } from './list-entry.ts';

type Group = readonly Members[];

/** Members that tell at least some of the entries of each group apart, as few as there are; none where nothing does. */
export function whatTells(alike: readonly Group[], chosen: ReadonlySet<string>): string[] {
  const more: string[] = [];
  let groups = alike;
  while (groups.length > 0) {
    const names = candidates(groups, new Set([...chosen, ...more]));
    const tried = names.map((name) => ({ name, rest: split(groups, name) }));
    // A stable sort: of two that tell as many apart, the likelier key stands first.
    const [best] = tried.toSorted((left, right) => size(left.rest) - size(right.rest));
    if (best === undefined || size(best.rest) === size(groups)) break;
    more.push(best.name);
    groups = best.rest;
  }
  return more;
}

function candidates(groups: readonly Group[], taken: ReadonlySet<string>): readonly string[] {
  const names = new Set(groups.flatMap(([first]) => [...first!.keys()]));
  const telling = [...names].filter(
    (name) => !taken.has(name) && groups.some((group) => tellsAll(group, name)),
  );
  return [...telling.filter(mayBeKey), ...telling.filter((name) => !mayBeKey(name))];
}

/** All of them have it, and in none is it a number or a state. */
function tellsAll(group: Group, name: string): boolean {
  return group.every((own) => own.has(name) && tellsApart(name, own.get(name)!));
}

/** The groups that are left where the member alone tells apart. */
function split(groups: readonly Group[], name: string): Group[] {
  return groups.flatMap((group) =>
    [...Map.groupBy(group, (own) => own.get(name)).values()].filter(({ length }) => length > 1),
  );
}

function size(groups: readonly Group[]): number {
  return groups.reduce((sum, { length }) => sum + length, 0);
}
