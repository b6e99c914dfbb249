import './chart-skeleton.css';

/** Grid lines and a legend's place, so that nothing moves when the data arrive. */
export function ChartSkeleton() {
  return (
    <div className="chart-skeleton" aria-busy="true">
      <span className="visually-hidden">Loading</span>
      <div className="chart-skeleton-plot" />
      <span className="skeleton" />
    </div>
  );
}
