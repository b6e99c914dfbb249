/**
 * A leaf's value, decoded exactly: 64-bit integers stay bigint, decimals keep digits and precision. Containers (JSON)
 * are flattened to leaves before they become values; what cannot be decoded never becomes one.
 */
export type LeafValue =
  | { readonly kind: 'int'; readonly value: bigint }
  | { readonly kind: 'uint'; readonly value: bigint }
  | { readonly kind: 'double'; readonly value: number }
  /** value = digits × 10^-precision (RFC 7950 §9.3) */
  | { readonly kind: 'decimal'; readonly digits: bigint; readonly precision: number }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'bytes'; readonly value: Uint8Array }
  | { readonly kind: 'list'; readonly items: readonly LeafValue[] };

const numericKinds: ReadonlySet<LeafValue['kind']> = new Set(['int', 'uint', 'double', 'decimal']);

/** Numbers, and no flags, which have one too. */
export function isNumeric({ kind }: LeafValue): boolean {
  return numericKinds.has(kind);
}

/** The number stored for a value, or null where it is text. Rounds to float8; `exactInteger` does not. */
export function numberOf(value: LeafValue): number | null {
  switch (value.kind) {
    case 'int':
    case 'uint':
      return Number(value.value);
    case 'double':
      return value.value;
    case 'decimal':
      return Number(`${value.digits}e-${value.precision}`);
    case 'bool':
      return value.value ? 1 : 0;
    case 'text':
    case 'bytes':
    case 'list':
      return null;
    default:
      return value satisfies never;
  }
}

/** The exact integer of a value, or null where it is none; deltas of counters are computed on it. */
export function exactInteger(value: LeafValue): bigint | null {
  switch (value.kind) {
    case 'int':
    case 'uint':
      return value.value;
    case 'double':
      return Number.isSafeInteger(value.value) ? BigInt(value.value) : null;
    case 'decimal':
      return value.precision === 0 ? value.digits : null;
    default:
      return null;
  }
}

/** The text stored for a value that is no number; lists as JSON, bytes as base64 (RFC 7951 §6.6). */
export function textOf(value: LeafValue): string {
  switch (value.kind) {
    case 'int':
    case 'uint':
      return value.value.toString();
    case 'double':
      return String(value.value);
    case 'decimal':
      return decimalText(value.digits, value.precision);
    case 'bool':
      return value.value ? 'true' : 'false';
    case 'text':
      return value.value;
    case 'bytes':
      return base64(value.value);
    case 'list':
      return JSON.stringify(value.items.map((item) => textOf(item)));
    default:
      return value satisfies never;
  }
}

function decimalText(digits: bigint, precision: number): string {
  if (precision === 0) return digits.toString();
  const sign = digits < 0n ? '-' : '';
  const all = (digits < 0n ? -digits : digits).toString().padStart(precision + 1, '0');
  return `${sign}${all.slice(0, -precision)}.${all.slice(-precision)}`;
}

function base64(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}
