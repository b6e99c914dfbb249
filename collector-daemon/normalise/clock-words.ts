/** A device's clock, in words for people. */

/** Clocks that differ by less are called right. */
const rightUs = 1_000_000;

const units: readonly (readonly [us: number, name: string])[] = [
  [86_400_000_000, 'd'],
  [3_600_000_000, 'h'],
  [60_000_000, 'min'],
  [1_000_000, 's'],
];

/** `set back by 2 min: it was 2 min ahead of ours and is right now` */
export function clockStepText(fromUs: number, toUs: number): string {
  const way = toUs < fromUs ? 'back' : 'on';
  const by = durationText(Math.abs(toUs - fromUs));
  return `set ${way} by ${by}: it was ${offsetText(fromUs)} and is ${offsetText(toUs)} now`;
}

/** `2026-11-21T12:02:00.000Z, 2 min ahead of ours` */
export function stampText(timestampNs: bigint, receivedAtMs: number): string {
  const ms = Number(timestampNs / 1_000_000n);
  if (Math.abs(ms) > 8.64e15) return `${timestampNs} ns`;
  return `${new Date(ms).toISOString()}, ${offsetText((ms - receivedAtMs) * 1_000)}`;
}

function offsetText(us: number): string {
  if (Math.abs(us) < rightUs) return 'right';
  return `${durationText(Math.abs(us))} ${us < 0 ? 'behind' : 'ahead of'} ours`;
}

/** In its two greatest units. */
function durationText(us: number): string {
  const at = units.findIndex(([unitUs]) => us >= unitUs);
  if (at === -1) return 'less than 1 s';
  const [leastUs] = units[Math.min(at + 1, units.length - 1)]!;
  let leftUs = Math.round(us / leastUs) * leastUs;
  return units
    .map(([unitUs, name]) => {
      const count = Math.floor(leftUs / unitUs);
      leftUs -= count * unitUs;
      return count === 0 ? '' : `${count} ${name}`;
    })
    .filter((part) => part !== '')
    .join(' ');
}
