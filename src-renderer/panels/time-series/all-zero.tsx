import { CircleCheck } from 'lucide-react';
import type { LiveSeries } from '../../live/live-series.ts';

interface AllZeroProps {
  readonly lines: readonly LiveSeries[];
  /** Known outages in the range, a sentence each: nothing was measured then. */
  readonly gaps: readonly string[];
}

const shownGaps = 3;

/** Nothing happened as far as it was measured, which is not the same as nothing known. */
export function AllZero({ lines, gaps }: AllZeroProps) {
  const errors = lines.every(({ info }) => info.unit === '{error}');
  const hidden = gaps.length - shownGaps;
  return (
    <div className="message">
      <CircleCheck className="icon" />
      <p className="message-title">{titleOf({ errors, measured: gaps.length > 0 })}</p>
      <p className="muted">None of the series measured in this range is above 0.</p>
      {gaps.slice(-shownGaps).map((gap) => (
        <p key={gap}>{gap}</p>
      ))}
      {hidden > 0 && <p className="muted">{hidden} outages before are known as well.</p>}
    </div>
  );
}

function titleOf({ errors, measured }: { errors: boolean; measured: boolean }): string {
  const what = errors ? 'No errors' : 'All at 0';
  return measured ? `${what} where measured in this range` : `${what} in this range`;
}
