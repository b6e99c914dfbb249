/** Device names with wildcards: `*` stands for any text, everything else for itself. */

/** Linear in the length of the name, whatever the pattern: a regular expression of many `.*` could be made to run for ever. */
export function matchesName(pattern: string, name: string): boolean {
  const parts = pattern.split('*');
  const first = parts.shift()!;
  const last = parts.pop();
  if (last === undefined) return name === first;
  if (name.length < first.length + last.length) return false;
  if (!name.startsWith(first) || !name.endsWith(last)) return false;
  let at = first.length;
  for (const part of parts) {
    const found = name.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= name.length - last.length;
}
