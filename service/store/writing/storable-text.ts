/** Text from devices as PostgreSQL takes it: one NUL or half a character would cost the whole statement. */

/** NUL becomes the symbol for it, half a surrogate pair the replacement character. */
export function storableText(text: string): string {
  return text.replaceAll('\0', '\u2400').toWellFormed();
}

/** The same for every text within a JSON document. */
export function storableJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'string' ? storableText(part) : part,
  );
}
