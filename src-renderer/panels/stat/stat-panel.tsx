import { useMemo, useState } from 'react';
import type { StatPanel } from '../../../core/dashboard/document.ts';
import type { Unit } from '../../../core/telemetry/unit.ts';
import { formatCount, formatScreenValue, type Quantity } from '../../format/quantity.ts';
import type { PanelFeed } from '../../live/panel-feed.ts';
import { usePalette } from '../../theme/use-palette.ts';
import { FailureState } from '../../ui/states.tsx';
import { useSize } from '../../ui/use-size.ts';
import { useThrottled } from '../../ui/use-throttled.ts';
import { Freshness, PanelFrame, useIsStale } from '../panel-frame.tsx';
import { usePanelFeed } from '../use-panel-feed.ts';
import { courseOf, currentValue } from './reduce-series.ts';
import { SparklineChart } from './sparkline-chart.tsx';
import './stat-panel.css';

const defaultUnit: Unit = '1';
const reductionWords = { sum: 'sum', mean: 'mean', max: 'highest', count: 'count' } as const;

export function StatPanelView({ panel }: { panel: StatPanel }) {
  const [body, setBody] = useState<HTMLDivElement | null>(null);
  const size = useSize(body);
  const { feed, state } = usePanelFeed(panel.query, { element: body, panelPx: size && 90 });
  const stale = useIsStale(state);
  const revision = useThrottled(state.revision, 1_000);
  return (
    <PanelFrame
      title={panel.title}
      subtitle={reductionWords[panel.options.reduce]}
      aside={<Freshness state={state} />}
      bodyRef={setBody}
      stale={stale}
    >
      {state.phase.kind === 'loading' && <span className="skeleton stat-skeleton" />}
      {state.phase.kind === 'failed' && (
        <FailureState failure={state.phase.failure} onRetry={() => feed.retry()} />
      )}
      {state.phase.kind === 'ready' && <Stat panel={panel} feed={feed} revision={revision} />}
    </PanelFrame>
  );
}

interface StatProps {
  readonly panel: StatPanel;
  readonly feed: PanelFeed;
  readonly revision: number;
}

function Stat({ panel, feed, revision }: StatProps) {
  const palette = usePalette();
  const shown = panel.query.function;
  const { reduce } = panel.options;
  const { value, rows, unit } = useMemo(
    () => {
      const series = [...feed.window.series.values()];
      return {
        value: currentValue(series, { reduce, shown }),
        rows: courseOf(series, { reduce, shown, ...feed.rangeAt(Date.now()) }),
        unit: series[0]?.info.unit ?? defaultUnit,
      };
    },
    // The revision says when the window's content changed.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
    [feed, revision, reduce, shown],
  );
  const quantity: Quantity =
    reduce === 'count'
      ? { number: formatCount(value ?? 0), unit: '' }
      : value === null
        ? { number: '–', unit: '' }
        : formatScreenValue(value, unit, shown);
  return (
    <div className="stat">
      <p className="stat-value">
        {quantity.number}
        {quantity.unit !== '' && <span className="stat-unit"> {quantity.unit}</span>}
      </p>
      {value === null ? (
        <p className="muted stat-note">no values in this range</p>
      ) : (
        <SparklineChart rows={rows} palette={palette} />
      )}
    </div>
  );
}
