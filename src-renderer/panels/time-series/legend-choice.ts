/** Which series a person picked in a legend. Empty means all. A click isolates, a click with shift adds or takes away. */
export type Picked = ReadonlySet<number>;

export const allPicked: Picked = new Set();

export function pick(picked: Picked, id: number, adding: boolean): Picked {
  if (!adding) return picked.size === 1 && picked.has(id) ? allPicked : new Set([id]);
  const next = new Set(picked);
  if (next.has(id)) next.delete(id);
  else next.add(id);
  return next;
}

export function isShown(picked: Picked, id: number): boolean {
  return picked.size === 0 || picked.has(id);
}
