import './usage-bar.css';

/** How full something is; decoration for the number beside it, hence hidden from screen readers. */
export function UsageBar({ percent }: { percent: number }) {
  const level = percent < 70 ? 'plain' : percent < 90 ? 'high' : 'full';
  const width = `${Math.min(100, Math.max(0, percent))}%`;
  return (
    <span className="usage-bar" aria-hidden="true">
      <span data-level={level} style={{ width }} />
    </span>
  );
}
