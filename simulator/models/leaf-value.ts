/** Short ways to write the values that device models serve. */
import type { LeafValue } from '../../core/telemetry/value.ts';

export function uint(value: bigint | number): LeafValue {
  return { kind: 'uint', value: BigInt(value) };
}

export function text(value: string): LeafValue {
  return { kind: 'text', value };
}

export function truth(value: boolean): LeafValue {
  return { kind: 'bool', value };
}

/** OpenConfig's decimal64 with two fraction digits, sent as a double. */
export function fraction(value: number): LeafValue {
  return { kind: 'double', value: Math.round(value * 100) / 100 };
}

/** ms since the epoch as OpenConfig's timeticks64: ns since the epoch. */
export function timeticks(ms: number): LeafValue {
  return { kind: 'uint', value: BigInt(Math.round(ms)) * 1_000_000n };
}
