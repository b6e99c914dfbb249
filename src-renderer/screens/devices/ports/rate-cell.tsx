import { formatScreenValue, quantityText } from '../../../format/quantity.ts';
import { UsageBar } from '../../../ui/usage-bar.tsx';
import { utilisation } from './port-row.ts';

interface RateCellProps {
  /** bits per second; null where nobody knows */
  readonly bps: number | null;
  readonly speedBps: number | null;
}

/** A port's rate now, beside how full that makes it. */
export function RateCell({ bps, speedBps }: RateCellProps) {
  const percent = utilisation(bps, speedBps);
  return (
    <span className="rate-cell">
      {percent !== null && (
        <>
          <UsageBar percent={percent} />
          <span className="rate-share">{shareText(percent)}</span>
        </>
      )}
      <span>{bpsText(bps)}</span>
    </span>
  );
}

export function bpsText(bps: number | null): string {
  return bps === null ? '–' : quantityText(formatScreenValue(bps, 'bit/s', 'value'));
}

/** What is there is never said to be nothing. */
function shareText(percent: number): string {
  if (percent > 0 && percent < 1) return '< 1 %';
  return `${Math.round(percent)} %`;
}
