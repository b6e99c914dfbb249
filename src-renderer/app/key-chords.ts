/** Keys and pairs of keys (`g d`) that do something anywhere. Pure: what was pressed before is handed in. */

export interface KeyPress {
  readonly key: string;
  readonly ctrlOrMeta: boolean;
  readonly alt: boolean;
  /** The focus is where one types. */
  readonly typing: boolean;
}

export type Command =
  | { readonly kind: 'palette' | 'keys' | 'live' | 'zone' | 'rail' | 'search' | 'add-device' }
  | { readonly kind: 'go'; readonly key: string };

export interface ChordResult {
  readonly command: Command | null;
  /** What the next press is to be told. */
  readonly pending: 'g' | null;
}

const single: Readonly<Record<string, Command>> = {
  '?': { kind: 'keys' },
  '/': { kind: 'search' },
  l: { kind: 'live' },
  z: { kind: 'zone' },
  '[': { kind: 'rail' },
  a: { kind: 'add-device' },
};

export function readChord(pending: 'g' | null, press: KeyPress): ChordResult {
  if (press.ctrlOrMeta) {
    const palette = press.key.toLowerCase() === 'k' && !press.alt;
    return { command: palette ? { kind: 'palette' } : null, pending: null };
  }
  if (press.typing || press.alt) return { command: null, pending: null };
  if (pending === 'g') return { command: { kind: 'go', key: press.key }, pending: null };
  if (press.key === 'g') return { command: null, pending: 'g' };
  return { command: single[press.key] ?? null, pending: null };
}
