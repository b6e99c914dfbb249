import { useDeferredValue, useMemo, useState } from 'react';
import type { TimeSeriesPanel } from '../../../core/dashboard/document.ts';
import { symbolOf } from '../../format/quantity.ts';
import type { LiveSeries } from '../../live/live-series.ts';
import { useSettings } from '../../settings/settings.ts';
import { usePalette } from '../../theme/use-palette.ts';
import { useSize } from '../../ui/use-size.ts';
import { FailureState } from '../../ui/states.tsx';
import { NoSeries } from '../no-series.tsx';
import { Freshness, PanelFrame, useIsStale } from '../panel-frame.tsx';
import { styleSeries } from '../series-style.ts';
import { usePanelFeed } from '../use-panel-feed.ts';
import { allPicked, isShown, type Picked } from './legend-choice.ts';
import { Legend } from './legend.tsx';
import { ChartSkeleton } from './chart-skeleton.tsx';
import { SeriesTable } from './series-table.tsx';
import { TimeSeriesChart } from './time-series-chart.tsx';

export function TimeSeriesPanelView({ panel }: { panel: TimeSeriesPanel }) {
  const [body, setBody] = useState<HTMLDivElement | null>(null);
  const [plot, setPlot] = useState<HTMLDivElement | null>(null);
  const bodySize = useSize(body);
  const plotSize = useSize(plot);
  const { feed, state } = usePanelFeed(panel.query, {
    element: body,
    panelPx: bodySize?.width ?? null,
  });
  const { zone } = useSettings();
  const palette = usePalette();
  const stale = useIsStale(state);
  const [picked, setPicked] = useState<Picked>(allPicked);

  const series = [...feed.window.series.values()];
  const shown = panel.query.function;
  const unit = series[0]?.info.unit ?? '1';
  const seriesKey = series.map(({ info }) => info.id).join(' ');
  const { label, mirrorOut, mark, threshold } = panel.options;
  const styles = useMemo(
    () =>
      styleSeries(
        [...feed.window.series.values()].map(({ info }) => info),
        { label, shown, mirrorOut, colors: palette.series },
      ),
    // The window is mutable; its set of series is what matters here.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
    [feed, seriesKey, label, shown, mirrorOut, palette],
  );
  const visible = useMemo(
    () => new Map([...styles].filter(([id]) => isShown(picked, id))),
    [styles, picked],
  );
  const legendSeries = useDeferredValue(series);

  return (
    <PanelFrame
      title={panel.title}
      subtitle={subtitleOf(series, {
        symbol: symbolOf(unit, shown),
        total: feed.window.seriesTotal,
      })}
      aside={<Freshness state={state} />}
      bodyRef={setBody}
      stale={stale}
    >
      {state.phase.kind === 'loading' && <ChartSkeleton />}
      {state.phase.kind === 'failed' && (
        <FailureState failure={state.phase.failure} onRetry={() => feed.retry()} />
      )}
      {state.phase.kind === 'ready' && series.length === 0 && <NoSeries query={panel.query} />}
      {state.phase.kind === 'ready' && series.length > 0 && (
        <>
          <div className="time-series-plot" ref={setPlot}>
            {plotSize !== null && plotSize.height > 20 && (
              <TimeSeriesChart
                feed={feed}
                revision={state.revision}
                styles={visible}
                look={{
                  mark,
                  threshold,
                  mirrorOut,
                  unit,
                  shown,
                  zone,
                  palette,
                  size: plotSize,
                  range: feed.rangeAt(Date.now()),
                }}
              />
            )}
          </div>
          <Legend
            series={legendSeries}
            styles={styles}
            unit={unit}
            shown={shown}
            picked={picked}
            onPick={setPicked}
          />
          <SeriesTable
            title={panel.title}
            series={series}
            styles={styles}
            unit={unit}
            shown={shown}
          />
        </>
      )}
    </PanelFrame>
  );
}

function subtitleOf(
  series: readonly LiveSeries[],
  { symbol, total }: { symbol: string; total: number },
): string {
  if (series.length === 0) return '';
  const count =
    total > series.length ? `${series.length} of ${total} series` : `${series.length} series`;
  return [symbol, series.length === 1 && total <= 1 ? '' : count].filter(Boolean).join(', ');
}
