/** Numbers written as text, exactly where their size allows it. */
import type { LeafValue } from '../../../core/telemetry/value.ts';

/** As RFC 7951 §6.1 writes numbers, and the lax ways of some targets: `+5`, `007`, `1.50`, `1e3`. Null for anything else. */
export function numberFromText(text: string): LeafValue | null {
  return exactNumber(text.replace(/^([+-]?)0+(?=\d)/, '$1').replace(/^\+/, '')) ?? laxNumber(text);
}

const integerPattern = /^-?(0|[1-9]\d{0,19})$/;
const decimalPattern = /^-?(0|[1-9]\d{0,18})\.\d{1,18}$/;

/** Integers of 64 bits and decimals with their digits; null for anything else. */
export function exactNumber(text: string): LeafValue | null {
  if (integerPattern.test(text)) {
    const value = BigInt(text);
    return value < 0n ? { kind: 'int', value } : { kind: 'uint', value };
  }
  if (!decimalPattern.test(text)) return null;
  const fraction = text.slice(text.indexOf('.') + 1);
  return { kind: 'decimal', digits: BigInt(text.replace('.', '')), precision: fraction.length };
}

const laxPattern = /^[+-]?\d{1,400}(\.\d{1,400})?(e[+-]?\d{1,3})?$/i;

function laxNumber(text: string): LeafValue | null {
  return laxPattern.test(text) ? { kind: 'double', value: Number(text) } : null;
}
