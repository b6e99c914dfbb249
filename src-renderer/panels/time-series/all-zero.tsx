import { CircleCheck } from 'lucide-react';
import { formatCount } from '../../format/quantity.ts';
import type { LiveSeries } from '../../live/live-series.ts';

interface AllZeroProps {
  readonly lines: readonly LiveSeries[];
  readonly total: number;
}

/** Nothing happened, which is not the same as nothing known. */
export function AllZero({ lines, total }: AllZeroProps) {
  const errors = lines.every(({ info }) => info.unit === '{error}');
  const count = Math.max(total, lines.length);
  return (
    <div className="message">
      <CircleCheck className="icon" />
      <p className="message-title">
        {errors ? 'No errors in this range' : 'All at 0 in this range'}
      </p>
      <p className="muted">
        {count === 1 ? 'The one series' : `All ${formatCount(count)} series`} measured, none above
        0.
      </p>
    </div>
  );
}
