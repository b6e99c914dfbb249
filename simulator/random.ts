/**
 * Randomness as a pure function of a text and a number, so that a device's past is the same however often and whenever
 * it is asked for. Not for secrets.
 */

/** FNV-1a with a final mix (murmur3's), 32 bits. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  return mix(hash);
}

/** A number in [0, 1) for (seed, step); neighbouring steps are unrelated. */
export function unitAt(seed: number, step: number): number {
  const low = step >>> 0;
  const high = Math.floor(step / 2 ** 32) >>> 0;
  return mix(mix(seed ^ low) + Math.imul(high, 0x9e3779b1) + 0x6d2b79f5) / 2 ** 32;
}

/** Smooth noise in [0, 1): a random value every `periodMs`, eased from one to the next. */
export function noiseAt(seed: number, nowMs: number, periodMs: number): number {
  const step = Math.floor(nowMs / periodMs);
  const part = nowMs / periodMs - step;
  const eased = part * part * (3 - 2 * part);
  return unitAt(seed, step) * (1 - eased) + unitAt(seed, step + 1) * eased;
}

function mix(value: number): number {
  let hash = value | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
