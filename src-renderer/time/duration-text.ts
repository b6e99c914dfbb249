const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
] as const;

/** Up to two days are told in hours. */
const leastDays = 2;

/** `15m`, `3h`, `7d`: a duration as ranges are written; null where it is no whole number of minutes. */
export function durationText(ms: number): string | null {
  const unit = units.find(
    ([name, unitMs]) => ms >= unitMs * (name === 'd' ? leastDays : 1) && ms % unitMs === 0,
  );
  return unit === undefined ? null : `${ms / unit[1]}${unit[0]}`;
}
