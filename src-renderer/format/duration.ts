/** Lengths of time in words short enough for a badge or a table. */

const steps = [
  { unit: 'd', ms: 86_400_000 },
  { unit: 'h', ms: 3_600_000 },
  { unit: 'min', ms: 60_000 },
  { unit: 's', ms: 1_000 },
] as const;

/** The largest unit that fits, and the next one below while the number is small: `3 d 4 h`, `19 min`, `42 s`. */
export function formatDuration(durationMs: number): string {
  const ms = Math.max(0, durationMs);
  const at = steps.findIndex((step) => ms >= step.ms);
  if (at === -1) return '0 s';
  const step = steps[at]!;
  const whole = Math.floor(ms / step.ms);
  const below = steps[at + 1];
  if (below === undefined || whole >= 10 || step.unit === 'min') return `${whole} ${step.unit}`;
  const rest = Math.floor((ms - whole * step.ms) / below.ms);
  return rest === 0 ? `${whole} ${step.unit}` : `${whole} ${step.unit} ${rest} ${below.unit}`;
}

export function formatAge(ageMs: number): string {
  return `${formatDuration(ageMs)} old`;
}

/** Short spans as measured: `0.4 ms`, `180 ms`, `2.35 s`; longer ones in words. */
export function formatElapsed(ms: number): string {
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  return ms < 60_000 ? `${(ms / 1_000).toFixed(2)} s` : formatDuration(ms);
}
