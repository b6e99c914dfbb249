/** Where people reach a console: scheme, host and port alone, for login links are made by putting a path behind it. */
export function isPublicUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, pathname, search, hash, username, password } = new URL(text);
  const plain = pathname === '/' && `${search}${hash}${username}${password}` === '';
  return plain && /^https?:$/.test(protocol) && !/[?#]/.test(text);
}
